internal import Media

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
