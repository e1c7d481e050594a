public import Media

/// When a scene beeps: at the same times as it flashes.
public struct BeepSchedule: Sendable, Hashable {
  /// The first beep, on the monotonic clock.
  public var first: MediaTime
  /// The interval from one beep to the next.
  public var period: MediaTime
  /// No beep starts at or after this.
  public var end: MediaTime

  public init(first: MediaTime, period: MediaTime, end: MediaTime = .distantFuture) {
    self.first = first
    self.period = period
    self.end = end
  }

  /// The number of the first beep at or after `time`, counted from 0; nil if there is none.
  func number(notBefore time: MediaTime) -> Int64? {
    let past = time.nanoseconds - first.nanoseconds
    let number = past <= 0 ? 0 : (past + period.nanoseconds - 1) / period.nanoseconds
    return self.time(of: number) < end ? number : nil
  }

  func time(of number: Int64) -> MediaTime { first + .nanoseconds(number * period.nanoseconds) }
}
