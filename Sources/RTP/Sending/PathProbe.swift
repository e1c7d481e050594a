internal import Media

/// The result of a bandwidth probe.
package enum RTPProbeOutcome: Sendable, Hashable {
  /// Packets are being sent, or no report on them has arrived yet.
  case underWay
  /// Nearly all packets were received.
  case carried
  /// Many packets were lost or late.
  case lost
  /// Inconclusive: the receiver does not report on the packets, or none could be sent.
  case unanswered
}

/// Bandwidth probe: sends padding at the video pace for 500 ms and judges the path by the loss of these packets.
///
/// Used while no video is sent. The padding goes into the retransmission stream: receivers include it in their reports
/// and display nothing. Source: RFC 3550 §5.1, RFC 4588 §4.
///
/// The first report that must include the last packet decides: packets still queued on the path then count as lost. A
/// probe that a busy local machine sent too slowly never counts as carried.
struct PathProbe {
  private static let length = MediaTime.milliseconds(500)
  /// Bytes of padding in each packet: the most that its last byte can express.
  static let padding = 255
  /// Approximate bytes of padding, headers and authentication tag.
  private static let packetSize = 300
  private static let requiredFraction = 0.9
  /// Added to the round trip before a report counts.
  private static let reportMargin = MediaTime.milliseconds(100)
  /// How long to wait for a report: receivers report about once a second, some less often.
  private static let reportTimeout = MediaTime.seconds(4)

  let stream: SendStream
  private let packetCount: Int
  private let before: (highest: UInt16, lost: Int32)
  private var sentPackets = 0
  /// When the first and the last packet were sent.
  private var firstSent: MediaTime?
  private var lastSent: MediaTime?
  private(set) var outcome: RTPProbeOutcome

  /// - Parameter bitrate: the rate at which video would be sent, bits per second.
  init(_ stream: SendStream, bitrate: Int) {
    self.stream = stream
    packetCount = max(20, Int(Double(bitrate) / 8 * Self.length.seconds) / Self.packetSize)
    // Without an earlier report, all earlier packets of the stream are assumed to have arrived, or to be too old to
    // matter.
    before = stream.rtxReport ?? (stream.numbers.nextRTXSequence &- 1, 0)
    outcome = stream.usesRTX ? .underWay : .unanswered
  }

  /// Whether packets remain to be sent.
  var isSending: Bool { outcome == .underWay && sentPackets < packetCount }

  /// When the wait for a report times out.
  var deadline: MediaTime? { outcome == .underWay ? lastSent.map { $0 + Self.reportTimeout } : nil }

  mutating func sent(now: MediaTime) {
    sentPackets += 1
    firstSent = firstSent ?? now
    if sentPackets == packetCount { lastSent = now }
  }

  /// Processes a report on the retransmission stream.
  mutating func received(_ block: RTCPReportBlock, roundTrip: MediaTime, now: MediaTime) {
    guard outcome == .underWay, let firstSent, let lastSent, now >= lastSent + roundTrip + Self.reportMargin else {
      return
    }
    let expected = Int(Int16(bitPattern: UInt16(truncatingIfNeeded: block.highestSequence) &- before.highest))
    let received = expected - Int(block.cumulativeLost) + Int(before.lost)
    let isPaced = lastSent - firstSent <= Self.length + MediaTime(nanoseconds: Self.length.nanoseconds / 2)
    outcome = isPaced && Double(received) >= Self.requiredFraction * Double(packetCount) ? .carried : .lost
  }

  mutating func timeout(now: MediaTime) {
    guard let deadline, deadline <= now else { return }
    outcome = stream.isRTXKnown ? .lost : .unanswered
  }
}
