public import Media

/// What `getDisplayMedia` is asked for, under the names of the W3C's Screen Capture where it has them.
public struct DisplayMediaStreamOptions: Sendable, Equatable {
  /// The X display, as in `$DISPLAY`, which is taken when nil.
  public var display: String?
  /// The desktop, a monitor or a region: there is no dialogue to choose in.
  public var surface: DisplaySurfaceSelection
  /// Windows that are black wherever they are, with their menus and dialogs, and cannot be captured.
  public var excludedWindows: [WindowSelection]
  /// Rectangles of the desktop, in pixels, that are black.
  public var masks: [PixelRect]
  /// Whether a captured window comes with the frame that the window manager puts around it.
  public var decorations: Bool
  /// What is wished for of the picture; `false` is not allowed, nor is `min`, `exact` or `advanced`: demands are for
  /// `applyConstraints`.
  public var video: MediaTrackRequest
  /// Whether sound is wished for too. It is a hint, unless `sound` is set: the stream has no sound where there is none to be
  /// had.
  public var audio: MediaTrackRequest
  /// Which sound the stream has to have. Nil is none, or where `audio` wishes for it, what the machine plays.
  public var sound: AudioSelection?
  /// The sound server, as in `$PULSE_SERVER`; nil for that, or the user's own. None is ever started.
  public var soundServer: String?
  /// Frames a second at the most where `video` says nothing of it, above 0 and at most 240.
  public var frameRate: Double
  /// When the pointer is in the picture, where `video` says nothing of it; `motion` shows it while it moves and for a second after.
  public var cursor: CursorCapture

  public init(
    display: String? = nil, surface: DisplaySurfaceSelection = .desktop, frameRate: Double = 30,
    cursor: CursorCapture = .always, video: MediaTrackRequest = true, audio: MediaTrackRequest = false,
    excludedWindows: [WindowSelection] = [], masks: [PixelRect] = [], decorations: Bool = false,
    sound: AudioSelection? = nil, soundServer: String? = nil
  ) {
    self.sound = sound
    self.soundServer = soundServer
    self.excludedWindows = excludedWindows
    self.masks = masks
    self.decorations = decorations
    self.video = video
    self.audio = audio
    self.display = display
    self.surface = surface
    self.frameRate = frameRate
    self.cursor = cursor
  }
}
