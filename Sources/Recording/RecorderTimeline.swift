internal import Media

/// Places capture times in the recording: from zero, without the paused spans, never back.
struct RecorderTimeline {
  /// What is at the recording's beginning; nil before that is known.
  private(set) var origin: MediaTime?
  private var paused = MediaTime.zero
  private var pausedAt: MediaTime?

  /// Where `timestamp` lies in the recording; the first timestamp is zero.
  mutating func place(_ timestamp: MediaTime) -> MediaTime {
    guard let origin else {
      self.origin = timestamp
      return .zero
    }
    return max(.zero, timestamp - origin - paused)
  }

  /// Nothing from `now` on is recorded.
  mutating func pause(now: MediaTime) { pausedAt = pausedAt ?? now }

  /// What comes from `now` on follows what was before the pause, without a gap.
  mutating func resume(now: MediaTime) {
    guard let start = pausedAt else { return }
    pausedAt = nil
    if origin != nil { paused += now - start }
  }

  /// How long the recording is at `now`.
  func duration(now: MediaTime) -> MediaTime {
    guard let origin else { return .zero }
    return max(.zero, (pausedAt ?? now) - origin - paused)
  }
}
