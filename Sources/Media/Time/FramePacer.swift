/// Holds a source to its frame rate without beating against a program that draws at that very rate.
///
/// Frames have slots, one an interval. A change is captured at once when its slot has come; a slot used late lets the
/// next come up to half an interval early, so a program that draws 30 steps a second, each a few milliseconds early
/// or late, loses none at a cap of 30. The mean never rises above the cap. Reads no clock.
package struct FramePacer {
  /// From one slot to the next.
  package private(set) var interval: MediaTime
  /// When the next frame may be taken.
  package private(set) var next: MediaTime

  /// - Parameter frameRate: frames a second, above 0.
  package init(frameRate: Double, now: MediaTime) {
    interval = Self.interval(frameRate)
    next = now
  }

  /// Goes on at another rate.
  package mutating func change(frameRate: Double, now: MediaTime) {
    let fresh = Self.interval(frameRate)
    guard fresh != interval else { return }
    // A long wait for a slow rate's slot is not waited out at a faster one.
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
