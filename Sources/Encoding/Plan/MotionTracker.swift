internal import Media

/// Which macroblocks are in motion, and how often and how much of the picture changes. Reads no clock.
struct MotionTracker {
  private let frameRate: Double
  /// Changed in the current interval, and in the one before.
  private var moving: MacroblockMap
  private var movedBefore: MacroblockMap
  private var movingSince = MediaTime.zero
  private var lastChange = MediaTime.zero
  /// Changes a second, an average over about a second.
  private var averageRate = 0.0
  /// The part of the picture that changes at a time, averaged over a few changes.
  private var share = 0.0
  /// Times of the last changes: the average does not yet show motion that has just begun.
  private var recent: [MediaTime] = []

  init(size: PixelSize, frameRate: Double) {
    self.frameRate = frameRate
    moving = MacroblockMap(size: size)
    movedBefore = moving
  }

  /// Adds changes of the picture.
  mutating func change(_ map: MacroblockMap, now: MediaTime) {
    advance(to: now)
    moving.formUnion(map)
    let distance = max(0.001, (now - lastChange).seconds)
    let weight = min(1, distance)
    averageRate += (min(1 / distance, frameRate) - averageRate) * weight
    share += (Double(map.count) / Double(map.total) - share) * Tuning.shareWeight
    lastChange = now
    recent.append(now)
    if recent.count > Tuning.recentChanges { recent.removeFirst() }
  }

  /// Forgets what was in motion an interval ago. Called before anything is asked at `now`.
  mutating func advance(to now: MediaTime) {
    let passed = now - movingSince
    guard passed >= Tuning.motionInterval else { return }
    swap(&moving, &movedBefore)
    moving.clear()
    if passed >= Tuning.motionInterval + Tuning.motionInterval { movedBefore.clear() }
    movingSince = now
  }

  /// Whether much of the picture changes often: a video, a scroll, a window being dragged.
  var isMoving: Bool { averageRate * share > Tuning.motionThreshold }

  /// Expected changes a second.
  var rate: Double { max(averageRate, recentRate) }

  /// From when on the whole screen is still, if nothing changes.
  var stillFrom: MediaTime { lastChange + .seconds(Tuning.quietFrames / frameRate) }

  /// Those of `map` that are not in motion.
  func still(_ map: MacroblockMap) -> MacroblockMap {
    var still = map
    still.subtract(moving)
    still.subtract(movedBefore)
    return still
  }

  /// Changes a second over the last intervals.
  private var recentRate: Double {
    guard recent.count == Tuning.recentChanges, let first = recent.first, let last = recent.last else { return 0 }
    return min(frameRate, Double(Tuning.recentChanges - 1) / max(0.001, (last - first).seconds))
  }
}
