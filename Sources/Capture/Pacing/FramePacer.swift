import Media

/// Holds a source to its frame rate without beating against a program that draws at that very rate.
///
/// Frames have slots, one an interval. A change is captured at once when its slot has come; a slot used late lets the
/// next come up to half an interval early, so a program that draws 30 steps a second, each a few milliseconds early
/// or late, loses none at a cap of 30. The mean never rises above the cap. Reads no clock.
struct FramePacer {
  /// From one slot to the next.
  let interval: MediaTime
  /// When the next frame may be taken.
  private(set) var next: MediaTime

  /// - Parameter frameRate: frames a second, above 0.
  init(frameRate: Double, now: MediaTime) {
    interval = .nanoseconds(Int64((1e9 / frameRate).rounded(.up)))
    next = now
  }

  func isDue(_ now: MediaTime) -> Bool { now >= next }

  /// Uses the slot.
  mutating func tookFrame(at now: MediaTime) {
    let half = MediaTime.nanoseconds(interval.nanoseconds / 2)
    next = max(next + interval, now + half)
  }
}
