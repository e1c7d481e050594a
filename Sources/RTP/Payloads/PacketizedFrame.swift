package import Media

/// An encoded frame split into RTP payloads, shared by all its viewers: their queues and send histories refer to it
/// without a copy.
package final class PacketizedFrame: Sendable {
  package let kind: RTPMediaKind
  /// When the frame or the first sample was captured.
  package let captureTime: MediaTime
  /// The capture time in units of the codec's clock rate. A sender adds its own random offset.
  package let ticks: Int64
  /// Whether it is decodable without earlier frames; always true for audio.
  package let isKeyFrame: Bool
  /// The concatenated payloads.
  let bytes: [UInt8]
  /// The start of each payload in `bytes`, and the end of the last one.
  let bounds: [Int32]
  /// Audio: the preceding packet, and how many ticks earlier it starts; nil where there is none.
  let previous: (bytes: [UInt8], ticks: Int)?
  /// Audio: the level in −dBov, 0 to 127; nil when unknown. Source: RFC 6464 §3.
  let audioLevel: UInt8?
  /// The offset in each payload of the 15-bit PictureID, which each sender sets itself; nil without one.
  let pictureIDOffset: Int?
  /// Whether the marker bit is set on the last packet.
  let marksEnd: Bool

  /// The size of the encoder's output, in bytes.
  package let encodedByteCount: Int
  /// The number of packets.
  package var packetCount: Int { bounds.count - 1 }
  /// The size of all payloads, in bytes.
  package var payloadByteCount: Int { bytes.count }

  /// - Precondition: `bounds` rises from 0 to `bytes.count` and has at least two values.
  init(
    kind: RTPMediaKind, captureTime: MediaTime, ticks: Int64, isKeyFrame: Bool, bytes: [UInt8], bounds: [Int32],
    previous: (bytes: [UInt8], ticks: Int)? = nil, audioLevel: UInt8? = nil, pictureIDOffset: Int?, marksEnd: Bool,
    encodedByteCount: Int
  ) {
    self.kind = kind
    self.captureTime = captureTime
    self.ticks = ticks
    self.isKeyFrame = isKeyFrame
    self.bytes = bytes
    self.bounds = bounds
    self.previous = previous
    self.audioLevel = audioLevel
    self.pictureIDOffset = pictureIDOffset
    self.marksEnd = marksEnd
    self.encodedByteCount = encodedByteCount
  }
}

/// The part of a frame in one packet.
package struct PayloadFragment: Sendable, Hashable {
  /// The range of the codec's bytes within the payload; not empty.
  package var data: Range<Int>
  package var beginsFrame: Bool
  /// Whether the frame ends here even without the marker bit.
  package var endsFrame: Bool
  /// Whether it starts a key frame; only meaningful with `beginsFrame`.
  package var isKeyFrame: Bool
}
