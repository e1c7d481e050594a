internal import CX11
import Glibc
package import Media

/// Draws one scene on one display; used by one thread only.
///
/// The scene covers the whole screen with windows of its own, which are destroyed with the runner.
package final class SceneRunner {
  private let options: SceneOptions
  private let connection: DisplayConnection
  private let contents: any SceneContents
  private let log: StepLog?
  private var stepsDrawn = 0

  /// The screen's size.
  package var screen: PixelSize { connection.screen }

  /// Opens the display and creates the scene's windows; `step` draws into them.
  package init(_ options: SceneOptions) throws(SceneError) {
    self.options = options
    log = if let file = options.logFile { try StepLog(path: file) } else { nil }
    connection = try DisplayConnection(display: options.display)
    let seed = options.seed
    contents =
      switch options.scene {
      case .idleClock, .still: ClockContents(connection, seed: seed)
      case .typing: TypingContents(connection, seed: seed)
      case .scroll: ScrollContents(connection, seed: seed)
      case .movingWindow: MovingWindowContents(connection, seed: seed, fps: options.fps)
      case .video: VideoContents(connection, seed: seed, fps: options.fps)
      case .fullMotion: FullMotionContents(connection, seed: seed, fps: options.fps)
      case .busy: BusyContents(connection, seed: seed, fps: options.fps)
      case .testCard: TestCardContents(connection, seed: seed)
      case .flash: FlashContents(connection, seed: seed, title: options.title)
      }
  }

  /// Draws the next step with the current time in its barcode, and returns when the server has drawn it.
  /// - Returns: the barcode's time.
  @discardableResult
  package func step() throws(SceneError) -> UInt32 {
    let milliseconds = MonotonicClock.milliseconds
    try step(milliseconds: milliseconds)
    return milliseconds
  }

  /// Draws the next step with a given time in its barcode, and returns when the server has drawn it.
  package func step(milliseconds: UInt32) throws(SceneError) {
    contents.step(stepsDrawn, milliseconds: milliseconds)
    try connection.synchronise()
    try log?.write(step: stepsDrawn, milliseconds: milliseconds)
    stepsDrawn += 1
  }

  /// Draws the scene until its duration is over or the process receives SIGINT or SIGTERM.
  ///
  /// For a process of its own: meanwhile it replaces the handlers of both signals and Xlib's I/O error handler.
  /// - Parameter ready: called once, after the first full draw.
  package func run(ready: () -> Void = {}) throws(SceneError) {
    let interruption = Interruption()
    // Xlib's handler would print its own message in addition to the thrown error's.
    let handler = XSetIOErrorHandler { _ in 0 }
    defer { XSetIOErrorHandler(handler) }
    let beeper = startBeeper()
    defer { beeper?.stop() }
    try beeper?.waitUntilPlaying()
    try step()
    _ = try connection.takeExposures()
    ready()
    let start = MonotonicClock.nanoseconds
    beeper?.beep(
      BeepSchedule(
        first: MediaTime(nanoseconds: start) + .seconds(1), period: .seconds(1),
        end: MediaTime(nanoseconds: min(Self.time(options.stopAfter, after: start), .max - 1_000_000_000))))
    let end = Self.time(options.duration, after: start)
    var schedule = StepSchedule(
      start: start, stepsPerSecond: options.scene.stepsPerSecond(fps: options.fps),
      end: Self.time(options.stopAfter, after: start))
    while true {
      let due = schedule.next(now: MonotonicClock.nanoseconds)
      guard try wait(until: min(due ?? end, end), interruption) else { return }
      guard let due, due < end else { return }
      // Flashes stay at their scheduled times: skipped steps are not drawn late.
      if options.scene == .flash { stepsDrawn = Int(schedule.slot) }
      try step()
    }
  }

  /// Starts the beeper of the flash scene; nil for other scenes and without a tone.
  private func startBeeper() -> Beeper? {
    guard options.scene == .flash, let tone = options.tone else { return nil }
    return Beeper(application: options.title, shape: BeepShape(frequency: tone)) { [log] in log?.write($0) }
  }

  /// Redraws the last step, as after an exposure.
  func redraw() throws(SceneError) {
    contents.redraw()
    try connection.synchronise()
  }

  /// Waits and redraws after exposures; false when the process is to end.
  private func wait(until deadline: Int64, _ interruption: Interruption) throws(SceneError) -> Bool {
    while true {
      if try connection.takeExposures() { try redraw() }
      let left = deadline - MonotonicClock.nanoseconds
      guard left > 0 else { return true }
      var sources = [
        pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: interruption.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      // `poll` waits for whole milliseconds, `sleep` for the remaining nanoseconds.
      let milliseconds = left / 1_000_000
      if poll(&sources, 2, Int32(clamping: milliseconds)) == 0, milliseconds < 1000 {
        MonotonicClock.sleep(until: deadline)
      }
      if sources[1].revents != 0 { return false }
    }
  }

  private static func time(_ seconds: Double?, after start: Int64) -> Int64 {
    guard let seconds, seconds < 1e9 else { return .max }
    return start + Int64(seconds * 1e9)
  }
}

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

/// `CLOCK_MONOTONIC`, the clock of every recorder's timestamps.
enum MonotonicClock {
  static var nanoseconds: Int64 { MediaTime.now.nanoseconds }

  /// The time for a barcode drawn now.
  static var milliseconds: UInt32 { UInt32(truncatingIfNeeded: nanoseconds / 1_000_000) }

  static func sleep(until deadline: Int64) {
    var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
    while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
  }
}
