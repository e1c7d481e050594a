public import Media

/// Packetizes Opus: each packet becomes one unchanged RTP payload.
///
/// Timestamps count samples from packet to packet, since a receiver treats a gap of a few samples as a loss. They are
/// set to the capture time again after a pause, or when they differ too much from it. Source: RFC 7587 §4.
public struct OpusPacketizer: Sendable {
  /// The clock rate of Opus in RTP at any coding rate. Source: RFC 7587 §4.1.
  public static let clockRate = 48_000
  /// Longer packets do not fit one datagram.
  public static let payloadLimit = 1275

  /// The largest accepted difference of capture time and sample count, in ticks: half a usual packet.
  private static let tolerance: Int64 = 480
  private var next: Int64?
  private var last: (bytes: [UInt8], duration: Int)?

  public init() {}

  /// Packetizes one packet.
  /// - Parameters:
  ///   - data: an Opus packet (RFC 6716 §3).
  ///   - captureTime: of the first sample.
  ///   - power: the mean square of the samples, 0 to 1; nil when unknown.
  /// - Returns: nil when `data` is empty, longer than `payloadLimit`, or not Opus.
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

  /// Converts a mean square to −dBov; silence is 127. Source: RFC 6464 §3.
  private static func level(of power: Double) -> UInt8 {
    // In steps of a tenth of a decade, which is 1 dB, starting from half a step.
    var level: UInt8 = 0
    var rest = power
    while level < 127, !(rest > 0.8912509381337456) {
      rest *= 1.2589254117941673
      level += 1
    }
    return level
  }
}
