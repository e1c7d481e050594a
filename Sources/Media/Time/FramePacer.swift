/// Limits a source to its frame rate without beating against a program that draws at the same rate.
///
/// Frames have slots, one per interval. A change is captured at once if its slot has come. After a slot was used late, the
/// next may be used up to half an interval early, so that a program that draws 30 steps a second, each a few milliseconds
/// early or late, loses none at a limit of 30. The mean never exceeds the limit. Reads no clock.
package struct FramePacer {
  /// From one slot to the next.
  package private(set) var interval: MediaTime
  /// When the next frame may be taken.
  package private(set) var next: MediaTime

  /// - Parameters:
  ///   - frameRate: frames a second, above 0.
  ///   - now: when the first is due.
  package init(frameRate: Double, now: MediaTime) {
    interval = Self.interval(frameRate)
    next = now
  }

  /// Changes the frame rate.
  package mutating func change(frameRate: Double, now: MediaTime) {
    let fresh = Self.interval(frameRate)
    guard fresh != interval else { return }
    // At a faster rate, the old rate's long wait for the next slot is shortened.
    next = min(next, now + fresh)
    interval = fresh
  }

  private static func interval(_ frameRate: Double) -> MediaTime {
    .nanoseconds(Int64((1e9 / frameRate).rounded(.up)))
  }

  package func isDue(_ now: MediaTime) -> Bool { now >= next }

  /// Uses the slot.
  package mutating func tookFrame(at now: MediaTime) {
    let half = MediaTime.nanoseconds(interval.nanoseconds / 2)
    next = max(next + interval, now + half)
  }
}
