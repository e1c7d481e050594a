internal import Media

/// When the steps are due: multiples of the interval from the start, so that delays never accumulate.
struct StepSchedule {
  private let start: Int64
  private let stepsPerSecond: Int
  private let end: Int64
  /// The number of the last step returned.
  private(set) var slot: Int64 = 0

  /// - Parameter start: the time of the first full draw, in nanoseconds.
  /// - Parameter stepsPerSecond: zero means that no step is ever due.
  /// - Parameter end: no step is due at or after this time.
  init(start: Int64, stepsPerSecond: Int, end: Int64 = .max) {
    self.start = start
    self.stepsPerSecond = stepsPerSecond
    self.end = end
  }

  /// The time of the next step; nil if there is none. Steps whose whole interval has passed are skipped, not caught up.
  mutating func next(now: Int64) -> Int64? {
    guard stepsPerSecond > 0 else { return nil }
    slot = max(slot + 1, MediaTime(nanoseconds: now - start).ticks(at: stepsPerSecond))
    let due = start + MediaTime(ticks: slot, at: stepsPerSecond).nanoseconds
    return due < end ? due : nil
  }
}
