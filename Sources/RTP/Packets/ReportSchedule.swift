internal import Media

/// When reports are due: immediately after the first sent or received packet, then about once a second, randomised so
/// that the reports of many connections do not coincide.
///
/// A session with audio starts with intervals of 1/8, 1/4 and 1/2 s: a receiver needs two reports of each stream before
/// it can synchronise them. Source: RFC 3550 §6.2, §6.3.
struct ReportSchedule {
  private(set) var next: MediaTime?
  /// The mean interval to the next report of a session with audio, in milliseconds.
  private var soonest: Int64 = 125
  private var random: SeededGenerator

  init(random: SeededGenerator) { self.random = random }

  /// Starts the schedule: a packet was sent or received.
  mutating func activate(now: MediaTime) {
    if next == nil { next = now }
  }

  /// - Returns: whether reports are due now; if so, the next ones are scheduled.
  mutating func isDue(withSound: Bool, now: MediaTime) -> Bool {
    guard let next, next <= now else { return false }
    let interval = withSound ? soonest : 1000
    self.next = now + .milliseconds(Int64.random(in: interval / 2...interval * 3 / 2, using: &random))
    if withSound { soonest = min(soonest * 2, 1000) }
    return true
  }
}

/// When the last sender reports were sent, so that only answers to them count for the round trip.
struct SentReports {
  private static let limit = 16
  private var reports: [(compact: UInt32, time: MediaTime)] = []

  mutating func sent(_ time: NTPTime, now: MediaTime) {
    if reports.count == Self.limit { reports.removeFirst() }
    reports.append((time.compact, now))
  }

  /// The time from a report to the block that answers it, minus the receiver's processing delay (DLSR).
  /// Source: RFC 3550 §6.4.1.
  func roundTrip(_ block: RTCPReportBlock, now: MediaTime) -> MediaTime? {
    guard block.lastSenderReport != 0, let sent = reports.last(where: { $0.compact == block.lastSenderReport }) else {
      return nil
    }
    let kept = MediaTime(ticks: Int64(block.delaySinceLastSenderReport), at: 65536)
    let roundTrip = now - sent.time - kept
    // Rounding may yield slightly less than zero; anything below that is invalid.
    guard roundTrip > .milliseconds(-1) else { return nil }
    return max(roundTrip, .zero)
  }
}
