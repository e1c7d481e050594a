package import Media

/// Reads the first bytes of Opus packets. Source: RFC 6716 §3.
package enum OpusPacket {
  /// The packet's duration in samples at 48 kHz, 120 to 5760.
  /// - Returns: nil when the packet does not start like a valid Opus packet.
  package static func duration(_ packet: Span<UInt8>) -> Int? {
    guard packet.count > 0 else { return nil }
    let configuration = Int(packet[0] >> 3)
    let samples: Int
    switch configuration {
    // SILK: 10, 20, 40, 60 ms. Hybrid: 10, 20 ms. CELT: 2.5, 5, 10, 20 ms.
    case 0..<12: samples = [480, 960, 1920, 2880][configuration & 3]
    case 12..<16: samples = configuration & 1 == 0 ? 480 : 960
    default: samples = 120 << (configuration & 3)
    }
    let frames: Int
    switch packet[0] & 3 {
    case 0: frames = 1
    case 1, 2: frames = 2
    default:
      guard packet.count > 1 else { return nil }
      frames = Int(packet[1] & 0x3F)
    }
    let duration = samples * frames
    return duration > 0 && duration <= 5760 ? duration : nil
  }
}

/// Packetizes Opus: each packet becomes one unchanged RTP payload.
///
/// Timestamps count samples from packet to packet, since a receiver treats a gap of a few samples as a loss. They are
/// set to the capture time again after a pause, or when they differ too much from it. Source: RFC 7587 §4.
package struct OpusPacketizer: Sendable {
  /// The clock rate of Opus in RTP at any coding rate. Source: RFC 7587 §4.1.
  package static let clockRate = 48_000
  /// Longer packets do not fit one datagram.
  package static let payloadLimit = 1275

  /// The largest accepted difference of capture time and sample count, in ticks: half a usual packet.
  private static let tolerance: Int64 = 480
  private var next: Int64?
  private var last: (bytes: [UInt8], duration: Int)?

  package init() {}

  /// Packetizes one packet.
  /// - Parameters:
  ///   - data: an Opus packet (RFC 6716 §3).
  ///   - captureTime: of the first sample.
  ///   - power: the mean square of the samples, 0 to 1; nil when unknown.
  /// - Returns: nil when `data` is empty, longer than `payloadLimit`, or not Opus.
  package mutating func packetize(
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

/// Parses Opus payloads: each is one Opus packet. Source: RFC 7587 §4.2.
package enum OpusDepacketizer {
  /// The fragment in a payload.
  /// - Throws: `RTPError.truncated` when it is empty, `value` when it is not an Opus packet.
  package static func fragment(_ payload: Span<UInt8>) throws(RTPError) -> PayloadFragment {
    guard payload.count > 0 else { throw .truncated }
    guard OpusPacket.duration(payload) != nil else { throw .value }
    return PayloadFragment(data: 0..<payload.count, beginsFrame: true, endsFrame: true, isKeyFrame: true)
  }
}

/// Extracts the newest packet of a redundant audio payload: the repeated ones were received before, or are too late by
/// now.
/// Source: RFC 2198 §3.
package enum REDDepacketizer {
  /// The fragment in a payload: its last block, an Opus packet.
  /// - Throws: `RTPError.truncated` when the payload ends within its blocks, `value` when the last one is not an Opus
  ///   packet.
  package static func fragment(_ payload: Span<UInt8>) throws(RTPError) -> PayloadFragment {
    var header = 0
    var blocks = 0
    while try payload.integer(at: header, size: 1) & 0x80 != 0 {
      blocks += Int(try payload.integer(at: header + 2, size: 2) & 0x3FF)
      header += 4
    }
    let start = header + 1 + blocks
    guard start < payload.count else { throw .truncated }
    let block = try OpusDepacketizer.fragment(payload.extracting(start..<payload.count))
    return PayloadFragment(
      data: start + block.data.lowerBound..<start + block.data.upperBound, beginsFrame: true, endsFrame: true,
      isKeyFrame: true)
  }
}
