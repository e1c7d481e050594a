import Oriel
import Scenes

/// The flashes and beeps of a self-test, and when each was drawn or played.
struct SelfTestShow: Sendable {
  let window: FlashWindow
  /// Nil without sound.
  let beeper: Beeper?
  private let played: Monitor<[Beeper.Played]>

  /// Opens the window, in the middle of a monitor.
  /// - Throws: `SceneError`.
  init(display: String?, in area: PixelRect, beeps: Bool) throws(SceneError) {
    window = try FlashWindow(display: display, in: area)
    let played = Monitor([Beeper.Played]())
    self.played = played
    guard beeps else {
      beeper = nil
      return
    }
    var shape = BeepShape()
    shape.amplitude = 0.25
    let beeper = Beeper(application: "Oriel self-test", shape: shape) { beep in
      played.withLock { $0.append(beep) }
    }
    self.beeper = beeper
    try beeper.waitUntilPlaying()
  }

  /// Flashes and beeps for the whole schedule.
  /// - Returns: the steps that were drawn.
  /// - Throws: `SceneError` if the display goes away.
  func run(_ schedule: BeepSchedule) async throws -> [FlashWindow.Step] {
    beeper?.beep(schedule)
    return try await withCheckedThrowingContinuation { continuation in
      _ = NamedThread("oriel-flashes") { [window] in
        continuation.resume(with: Result { try window.flash(schedule) })
      }
    }
  }

  /// When the beeps were played, by beep number.
  var beeps: [Int: MediaTime] {
    Dictionary(played.withLock { $0 }.map { ($0.number, $0.time) }, uniquingKeysWith: { $1 })
  }
}
