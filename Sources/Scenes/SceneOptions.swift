/// What to draw, where and how long.
public struct SceneOptions: Sendable, Hashable {
  /// The scene.
  public var scene: SceneName
  /// The X display, such as `:0`; `$DISPLAY` when nil.
  public var display: String?
  /// What all text, pictures and paths follow from.
  public var seed: UInt64
  /// Steps a second, 1…240, where the scene does not have a rate of its own.
  public var fps: Int
  /// Motion stops after so many seconds and the picture stays up; never when nil.
  public var stopAfter: Double?
  /// The scene ends after so many seconds; never when nil.
  public var duration: Double?
  /// A file that gets one JSON line a step; none when nil.
  public var logFile: String?
  /// The tone of the beeps in hertz, 50…15 000, where the scene beeps; nil for silence, without a sound server.
  public var tone: Double?
  /// What the window that flashes is called.
  public var title: String

  /// Options for a scene, with defaults for the rest.
  public init(
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
