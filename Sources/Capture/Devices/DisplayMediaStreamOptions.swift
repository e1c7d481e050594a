public import Media

/// The options of `getDisplayMedia`, with the names of the W3C's Screen Capture where it has them.
public struct DisplayMediaStreamOptions: Sendable, Equatable {
  /// The X display, as in `$DISPLAY`, which is used when nil.
  public var display: String?
  /// The desktop, a monitor or a region: there is no dialogue to choose in.
  public var surface: DisplaySurfaceSelection
  /// Windows that are black in the picture, with their menus and dialogs, and cannot be captured.
  public var excludedWindows: [WindowSelection]
  /// Rectangles of the desktop, in pixels, that are black in the picture.
  public var masks: [PixelRect]
  /// Whether a captured window includes the window manager's frame.
  public var decorations: Bool
  /// The constraints on the picture; `false` is not allowed, nor is `min`, `exact` or `advanced`: these are for
  /// `applyConstraints`.
  public var video: MediaTrackRequest
  /// Whether the stream should have sound. Only a hint unless `sound` is set: the stream has no sound where none is available.
  public var audio: MediaTrackRequest
  /// Which sound the stream must have. Nil is none, or where `audio` requests sound, what the machine plays.
  public var sound: AudioSelection?
  /// The sound server, as in `$PULSE_SERVER`; nil for that, or the user's own. None is ever started.
  public var soundServer: String?
  /// The highest frame rate unless `video` sets one; frames a second, above 0 and at most 240.
  public var frameRate: Double
  /// When the pointer is in the picture, unless `video` says so; `motion` shows it while it moves and for a second after.
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

/// The options of `getUserMedia`, with the W3C's names. There are no cameras here.
public struct UserMediaStreamOptions: Sendable, Equatable {
  /// The microphone: `deviceId` is the sound server's name for it, `channelCount` 1 or 2. `false` is not allowed.
  public var audio: MediaTrackRequest
  /// The sound server, as in `$PULSE_SERVER`; nil for that, or the user's own. None is ever started.
  public var soundServer: String?

  public init(audio: MediaTrackRequest = true, soundServer: String? = nil) {
    self.audio = audio
    self.soundServer = soundServer
  }
}
