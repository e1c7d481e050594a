package import Media

/// Splits VP8 frames into RTP payloads.
///
/// Each payload has a descriptor of four bytes with room for a 15-bit PictureID. Each sender writes its own IDs there,
/// so that a stream's IDs have no gaps even if it skips frames. Source: RFC 7741 §4.
package struct VP8Packetizer: Sendable {
  /// The clock rate of VP8 in RTP. Source: RFC 7741 §4.1.
  package static let clockRate = 90_000
  /// Fits a packet of 1200 bytes together with the RTP header, all header extensions and an RTX header.
  package static let defaultPayloadLimit = 1150

  private static let descriptorSize = 4
  private let payloadLimit: Int

  /// - Parameter payloadLimit: the largest payload in bytes, descriptor included; 16 to 1300.
  package init(payloadLimit: Int = defaultPayloadLimit) {
    precondition((16...1300).contains(payloadLimit))
    self.payloadLimit = payloadLimit
  }

  /// Splits a frame into payloads of about equal size, so that none is much more likely to be lost or late than the
  /// others.
  /// - Returns: nil when the frame is empty.
  package func packetize(_ data: [UInt8], captureTime: MediaTime, isKeyFrame: Bool) -> PacketizedFrame? {
    guard !data.isEmpty else { return nil }
    let room = payloadLimit - Self.descriptorSize
    let count = (data.count + room - 1) / room
    let (size, longer) = data.count.quotientAndRemainder(dividingBy: count)
    var bounds: [Int32] = []
    bounds.reserveCapacity(count + 1)
    let total = data.count + count * Self.descriptorSize
    let bytes = [UInt8](unsafeUninitializedCapacity: total) { payloads, initialized in
      data.withUnsafeBufferPointer { data in
        var position = 0
        var taken = 0
        for packet in 0..<count {
          bounds.append(Int32(position))
          // X; S on the first packet. Then I, and the PictureID with its M bit set and its value still zero.
          payloads.initializeElement(at: position, to: packet == 0 ? 0x90 : 0x80)
          payloads.initializeElement(at: position + 1, to: 0x80)
          payloads.initializeElement(at: position + 2, to: 0x80)
          payloads.initializeElement(at: position + 3, to: 0)
          position += Self.descriptorSize
          let part = packet < longer ? size + 1 : size
          _ = UnsafeMutableBufferPointer(rebasing: payloads[position..<position + part])
            .initialize(fromContentsOf: data[taken..<taken + part])
          position += part
          taken += part
        }
        bounds.append(Int32(position))
      }
      initialized = total
    }
    return PacketizedFrame(
      kind: .video, captureTime: captureTime, ticks: captureTime.ticks(at: Self.clockRate), isKeyFrame: isKeyFrame,
      bytes: bytes, bounds: bounds, pictureIDOffset: 2, marksEnd: true, encodedByteCount: data.count)
  }
}
