import Media

/// When the screen is read. Reads no clock and no screen.
struct CaptureSchedule {
  /// What the next query of the pointer depends on.
  struct Pointer {
    /// Whether it moved during the last second.
    var isMoving: Bool
    /// Whether it has another shape, which was not read yet.
    var needsShape: Bool
    var lastQuery: MediaTime
  }

  private var pacer: FramePacer
  /// When a change was first reported that has not been read yet.
  private var changedSince: MediaTime?
  private var lastDamage = MediaTime.zero
  /// Whether the last reading failed: then the next one waits for its slot, even for a new sink.
  private var isUnreadable = false
  /// Since when the surface does not exist.
  private var missingSince: MediaTime?

  /// A program's drawing of one step may reach the server in several writes. A picture between two of them would show half
  /// a step until the next slot.
  ///
  /// Measured with a program that draws 12 steps a second in ten writes over 1.5 ms: without this 49 % of the pictures
  /// were torn and twice as many were taken, with it 4 %.
  static let settleTime = MediaTime.milliseconds(2)
  /// The interval of queries of a pointer that rests.
  static let pointerRestInterval = MediaTime.milliseconds(100)
  /// Desktops change layouts in steps, with a monitor off in between.
  static let missingGrace = MediaTime.milliseconds(500)
  /// How long to wait from one look for a missing surface to the next.
  static let missingInterval = MediaTime.milliseconds(50)

  /// - Parameter frameRate: pictures a second at most, above 0.
  init(frameRate: Double, now: MediaTime) { pacer = FramePacer(frameRate: frameRate, now: now) }

  /// From one picture's slot to the next.
  var interval: MediaTime { pacer.interval }

  mutating func change(frameRate: Double, now: MediaTime) { pacer.change(frameRate: frameRate, now: now) }

  // MARK: Changes

  /// Whether a change was reported that has not been read yet.
  var hasChanges: Bool { changedSince != nil }

  /// The server has reported damage of the surface.
  mutating func noteDamage(at now: MediaTime) {
    noteChange(at: now)
    lastDamage = now
  }

  /// The next picture may differ, as the mask or the pointer does, or as a change of `time` was not delivered.
  mutating func noteChange(at time: MediaTime) { changedSince = min(changedSince ?? time, time) }

  /// The surface has been read, with all changes so far.
  mutating func finishReading(hasFailed: Bool) {
    changedSince = nil
    isUnreadable = hasFailed
  }

  /// Uses the slot of the picture whose reading began at `start`.
  mutating func useSlot(at start: MediaTime) { pacer.tookFrame(at: start) }

  // MARK: The next reading

  /// When the screen has to be read next.
  /// - Parameters:
  ///   - isAwaited: whether a sink waits for its first picture.
  ///   - surface: when the surface has to be read although no change was reported.
  ///   - mask: when the mask changes without an event; nil for never.
  ///   - pointer: nil if it is not in the picture.
  func nextReading(
    isAwaited: Bool, surface: MediaTime, mask: MediaTime?, pointer: Pointer?, now: MediaTime
  ) -> MediaTime {
    if isAwaited, !isUnreadable { return now }
    var due = surface
    if let changedSince { due = min(due, changedSince + Self.settleTime) }
    if let mask { due = min(due, mask) }
    if let pointer { due = min(due, nextQuery(pointer, now)) }
    return max(due, pacer.next)
  }

  private func nextQuery(_ pointer: Pointer, _ now: MediaTime) -> MediaTime {
    if pointer.needsShape { return .zero }
    guard pointer.isMoving else { return pointer.lastQuery + Self.pointerRestInterval }
    // While a program draws, its damage makes a picture that includes the pointer. A query just before would use its slot.
    let isDrawing = now - lastDamage < .nanoseconds(3 * pacer.interval.nanoseconds)
    return pointer.lastQuery + (isDrawing ? .nanoseconds(pacer.interval.nanoseconds * 3 / 2) : pacer.interval)
  }

  // MARK: A surface that is missing

  /// The surface does not exist at present.
  /// - Returns: when to look for it again; nil if it has been missing for so long that it is gone.
  mutating func noteMissing(at now: MediaTime) -> MediaTime? {
    if let missingSince, missingSince + Self.missingGrace <= now { return nil }
    missingSince = missingSince ?? now
    return now + Self.missingInterval
  }

  mutating func notePresent() { missingSince = nil }
}
