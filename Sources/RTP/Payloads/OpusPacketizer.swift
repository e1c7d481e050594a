public import Media

/// Makes RTP payloads of Opus packets: one each, as it is.
///
/// Timestamps count samples from packet to packet, since a receiver takes a gap of a few for a loss; they follow the
/// capture time again after a pause, or when they have come apart from it. Source: RFC 7587 §4.
public struct OpusPacketizer: Sendable {
  /// The clock rate of Opus in RTP, whatever rate it codes. Source: RFC 7587 §4.1.
  public static let clockRate = 48_000
  /// A longer packet does not fit one datagram.
  public static let payloadLimit = 1275

  /// Ticks that capture times may differ from the count of samples: half a usual packet.
  private static let tolerance: Int64 = 480
  private var next: Int64?
  private var last: (bytes: [UInt8], duration: Int)?

  public init() {}

  /// The payload of a packet.
  /// - Parameters:
  ///   - data: an Opus packet (RFC 6716 §3).
  ///   - captureTime: of the first sample.
  ///   - power: the mean square of the samples, 0 to 1, when it is known.
  /// - Returns: nil when it is empty, longer than `payloadLimit`, or no Opus.
  public mutating func packetize(
    _ data: [UInt8], captureTime: MediaTime, power: Double? = nil
  ) -> PacketizedFrame? {
    guard data.count <= Self.payloadLimit, let duration = OpusPacket.duration(data.span) else { return nil }
    let captured = captureTime.ticks(at: Self.clockRate)
    var ticks = captured
    var previous: (bytes: [UInt8], ticks: Int)?
    if let next, abs(next - captured) <= Self.tolerance {
      ticks = next
      previous = last.map { ($0.bytes, $0.duration) }
    }
    last = (data, duration)
    next = ticks + Int64(duration)
    return PacketizedFrame(
      kind: .audio, captureTime: captureTime, ticks: ticks, isKeyFrame: true, bytes: data,
      bounds: [0, Int32(data.count)], previous: previous, audioLevel: power.map(Self.level),
      pictureIDOffset: nil, marksEnd: false, encodedByteCount: data.count)
  }

  /// −dBov of a mean square, 127 of silence. Source: RFC 6464 §3.
  private static func level(of power: Double) -> UInt8 {
    // By tenths of a decade, each of which is 1 dB, from the middle of the first on.
    var level: UInt8 = 0
    var rest = power
    while level < 127, !(rest > 0.8912509381337456) {
      rest *= 1.2589254117941673
      level += 1
    }
    return level
  }
}
