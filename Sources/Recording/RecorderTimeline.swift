internal import Media

/// Maps capture times to times in the recording: from zero, without pauses, never decreasing below zero.
struct RecorderTimeline {
  /// The capture time of the recording's beginning; nil before it is known.
  private(set) var origin: MediaTime?
  private var paused = MediaTime.zero
  private var pausedAt: MediaTime?

  /// The time of `timestamp` in the recording; the first timestamp is zero.
  mutating func place(_ timestamp: MediaTime) -> MediaTime {
    guard let origin else {
      self.origin = timestamp
      return .zero
    }
    return max(.zero, timestamp - origin - paused)
  }

  /// Records nothing from `now` on.
  mutating func pause(now: MediaTime) { pausedAt = pausedAt ?? now }

  /// Continues at `now`, right after the last time before the pause.
  mutating func resume(now: MediaTime) {
    guard let start = pausedAt else { return }
    pausedAt = nil
    if origin != nil { paused += now - start }
  }

  /// The length of the recording at `now`.
  func duration(now: MediaTime) -> MediaTime {
    guard let origin else { return .zero }
    return max(.zero, (pausedAt ?? now) - origin - paused)
  }
}
