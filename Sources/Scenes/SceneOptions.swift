/// What to draw, where and how long.
package struct SceneOptions: Sendable, Hashable {
  /// The scene.
  package var scene: SceneName
  /// The X display, such as `:0`; `$DISPLAY` when nil.
  package var display: String?
  /// The seed of all text, pictures and paths.
  package var seed: UInt64
  /// Steps per second, 1…240, unless the scene has a rate of its own.
  package var fps: Int
  /// Seconds until motion stops; the last picture stays. Never when nil.
  package var stopAfter: Double?
  /// Seconds until the scene ends; never when nil.
  package var duration: Double?
  /// A file to write one JSON line per step to; none when nil.
  package var logFile: String?
  /// The tone of the beeps in hertz, 50…15 000, if the scene beeps; nil for silence, without a sound server.
  package var tone: Double?
  /// The title of the flashing window.
  package var title: String

  package init(
    scene: SceneName, display: String? = nil, seed: UInt64 = 1, fps: Int = 30, stopAfter: Double? = nil,
    duration: Double? = nil, logFile: String? = nil, tone: Double? = 1000, title: String = "Flash and beep"
  ) {
    self.scene = scene
    self.display = display
    self.seed = seed
    self.fps = fps
    self.stopAfter = stopAfter
    self.duration = duration
    self.logFile = logFile
    self.tone = tone
    self.title = title
  }
}
