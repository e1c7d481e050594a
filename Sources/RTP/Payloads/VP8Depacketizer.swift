package import Media

/// Parses VP8 payloads. Source: RFC 7741 §4.
package enum VP8Depacketizer {
  /// The fragment in a payload.
  /// - Throws: `RTPError.truncated` when it contains no VP8 data.
  package static func fragment(_ payload: Span<UInt8>) throws(RTPError) -> PayloadFragment {
    let descriptor = try VP8Descriptor(payload)
    guard descriptor.size < payload.count else { throw .truncated }
    let beginsFrame = descriptor.beginsPartition && descriptor.partition == 0
    return PayloadFragment(
      data: descriptor.size..<payload.count, beginsFrame: beginsFrame, endsFrame: false,
      isKeyFrame: beginsFrame && payload[descriptor.size] & 1 == 0)
  }
}

/// The descriptor before the VP8 data of a payload. Source: RFC 7741 §4.2.
package struct VP8Descriptor: Sendable, Hashable {
  /// No other frame refers to this one (N).
  package var isUnreferenced = false
  /// The payload begins a partition (S).
  package var beginsPartition = false
  /// The partition's index, 0 to 7 (PID).
  package var partition: UInt8 = 0
  /// 7 or 15 bits; nil without one.
  package var pictureID: UInt16?
  /// The running index of base layer frames (TL0PICIDX).
  package var temporalZeroIndex: UInt8?
  /// 0 to 3 (TID).
  package var temporalLayer: UInt8?
  /// The frame depends on the base layer only (Y).
  package var isLayerSync = false
  /// The running index of key frames, 5 bits (KEYIDX).
  package var keyIndex: UInt8?
  /// The size of the descriptor, in bytes.
  package var size: Int

  /// - Throws: `RTPError.truncated`.
  package init(_ payload: Span<UInt8>) throws(RTPError) {
    let first = try payload.byte(at: 0)
    size = 1
    isUnreferenced = first & 0x20 != 0
    beginsPartition = first & 0x10 != 0
    partition = first & 0x07
    guard first & 0x80 != 0 else { return }
    let present = try payload.byte(at: 1)
    size = 2
    if present & 0x80 != 0 {
      let id = try payload.byte(at: size)
      if id & 0x80 == 0 {
        pictureID = UInt16(id)
        size += 1
      } else {
        pictureID = try payload.uint16(at: size) & 0x7FFF
        size += 2
      }
    }
    if present & 0x40 != 0 {
      temporalZeroIndex = try payload.byte(at: size)
      size += 1
    }
    if present & 0x30 != 0 {
      let layer = try payload.byte(at: size)
      size += 1
      if present & 0x20 != 0 {
        temporalLayer = layer >> 6
        isLayerSync = layer & 0x20 != 0
      }
      if present & 0x10 != 0 { keyIndex = layer & 0x1F }
    }
  }
}

/// The start of a VP8 frame. Source: RFC 6386 §9.1.
package struct VP8FrameHeader: Sendable, Hashable {
  package var isKeyFrame: Bool
  /// In pixels, without scaling; nil for an inter frame, and for a key frame with an invalid header.
  package var size: PixelSize?

  /// - Returns: nil when the frame is empty.
  package init?(_ frame: Span<UInt8>) {
    guard frame.count > 0 else { return nil }
    isKeyFrame = frame[0] & 1 == 0
    guard isKeyFrame, frame.count >= 10, frame[3] == 0x9D, frame[4] == 0x01, frame[5] == 0x2A else { return }
    let width = Int(frame[6]) | Int(frame[7] & 0x3F) << 8
    let height = Int(frame[8]) | Int(frame[9] & 0x3F) << 8
    if width > 0, height > 0 { size = PixelSize(width: width, height: height) }
  }
}
