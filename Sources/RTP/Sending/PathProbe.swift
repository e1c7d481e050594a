internal import Media

/// A try of what the path carries while no pictures are sent: padding in the stream of retransmissions, which receivers report on
/// and show nothing of, for half a second at the pace of pictures. Source: RFC 3550 §5.1, RFC 4588 §4.
///
/// The first report that must speak of the last packet decides: what waits in a queue then is as good as lost. Packets that a busy
/// machine has sent more slowly show nothing.
struct PathProbe {
  static let length = MediaTime.milliseconds(500)
  /// Bytes of padding in each packet: the most that its last byte can say.
  static let padding = 255
  /// Of padding, headers and authentication, about.
  private static let packetSize = 300
  private static let enough = 0.9
  /// Added to the round trip before a report counts.
  private static let slack = MediaTime.milliseconds(100)
  /// Receivers report every second or so, some more seldom.
  private static let patience = MediaTime.seconds(4)

  let stream: SendStream
  let packetCount: Int
  private let before: (highest: UInt16, lost: Int32)
  private(set) var sentPackets = 0
  /// When the first and the last packet left.
  private var began: MediaTime?
  private var left: MediaTime?
  private(set) var outcome: RTPProbeOutcome

  /// - Parameter bitrate: what pictures would be sent at, bits per second.
  init(_ stream: SendStream, bitrate: Int) {
    self.stream = stream
    packetCount = max(20, Int(Double(bitrate) / 8 * Self.length.seconds) / Self.packetSize)
    // Before any report all that have been sent so far have come, or have been forgotten.
    before = stream.rtxReport ?? (stream.nextRTXSequence &- 1, 0)
    outcome = stream.usesRTX ? .underWay : .unanswered
  }

  /// Whether packets are still to leave.
  var isSending: Bool { outcome == .underWay && sentPackets < packetCount }

  /// When to give up waiting for a report.
  var deadline: MediaTime? { outcome == .underWay ? left.map { $0 + Self.patience } : nil }

  mutating func sent(now: MediaTime) {
    sentPackets += 1
    began = began ?? now
    if sentPackets == packetCount { left = now }
  }

  /// Takes in a report on the stream of retransmissions.
  mutating func received(_ block: RTCPReportBlock, roundTrip: MediaTime, now: MediaTime) {
    guard outcome == .underWay, let began, let left, now >= left + roundTrip + Self.slack else { return }
    let passed = Int(Int16(bitPattern: UInt16(truncatingIfNeeded: block.highestSequence) &- before.highest))
    let came = passed - Int(block.cumulativeLost) + Int(before.lost)
    let isPaced = left - began <= Self.length + MediaTime(nanoseconds: Self.length.nanoseconds / 2)
    outcome = isPaced && Double(came) >= Self.enough * Double(packetCount) ? .carried : .lost
  }

  mutating func timeout(now: MediaTime) {
    guard let deadline, deadline <= now else { return }
    outcome = stream.isRTXKnown ? .lost : .unanswered
  }
}
