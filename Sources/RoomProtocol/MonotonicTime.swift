/// A time of a monotonic clock, in nanoseconds since an arbitrary fixed start. State machines get it from their driver
/// and read no clock themselves.
package struct MonotonicTime: Sendable, Hashable, Comparable {
  package var nanoseconds: UInt64

  package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

  /// The time `duration` later, at most `max`. A negative duration counts as zero.
  package static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return time }
    let (whole, tooLong) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflows) = time.nanoseconds.addingReportingOverflow(whole &+ UInt64(attoseconds) / 1_000_000_000)
    return MonotonicTime(nanoseconds: tooLong || overflows ? .max : sum)
  }

  /// The latest time.
  package static let max = MonotonicTime(nanoseconds: .max)

  /// The time from `earlier` until `later`; zero when it is not later.
  package static func - (later: MonotonicTime, earlier: MonotonicTime) -> Duration {
    later > earlier ? .nanoseconds(Int64(clamping: later.nanoseconds - earlier.nanoseconds)) : .zero
  }
}
