public import Media

/// A coded frame cut into RTP payloads, once for all its viewers: their queues and send histories refer to it, and none
/// keeps a copy.
public final class PacketizedFrame: Sendable {
  public let kind: RTPMediaKind
  /// When the picture or the first sample was captured.
  public let captureTime: MediaTime
  /// The same in units of the codec's clock rate. A sender adds its own random start.
  public let ticks: Int64
  /// Whether nothing before it is needed to decode it; true of every frame of sound.
  public let isKeyFrame: Bool
  /// The payloads, one after the other.
  let bytes: [UInt8]
  /// Where each payload starts in `bytes`, and behind them the end of the last.
  let bounds: [Int32]
  /// Of sound, the packet right before this one, and how many ticks earlier it begins; nil where there was none.
  let previous: (bytes: [UInt8], ticks: Int)?
  /// Of sound, −dBov, 0 to 127; nil where it is not known. Source: RFC 6464 §3.
  let audioLevel: UInt8?
  /// Where in each payload the 15-bit PictureID is, which is a sender's own; nil without one.
  let pictureIDOffset: Int?
  /// Whether the marker bit is set on the last packet.
  let marksEnd: Bool

  /// Bytes of the frame as it left the encoder.
  public let encodedByteCount: Int
  /// How many packets it takes.
  public var packetCount: Int { bounds.count - 1 }
  /// Bytes of all payloads.
  public var payloadByteCount: Int { bytes.count }

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
