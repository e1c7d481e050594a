/// A track's present settings, with the names of the W3C's `MediaTrackSettings`.
public struct MediaTrackSettings: Sendable, Equatable {
  /// Pixels; nil on an audio track.
  public var width: Int?
  /// Pixels; nil on an audio track.
  public var height: Int?
  /// The width by the height.
  public var aspectRatio: Double?
  /// The highest rate in pictures a second; fewer are sent when less changes.
  public var frameRate: Double?
  /// Whether the picture has the source's size, or is scaled down.
  public var resizeMode: VideoResizeMode?
  public var displaySurface: DisplaySurface?
  /// Whether the pointer is in the picture.
  public var cursor: CursorCapture?
  /// Hertz; nil on a video track.
  public var sampleRate: Int?
  /// Nil on a video track.
  public var channelCount: Int?
  /// Identifies the source: equal only for a track and its clones.
  public var deviceId: String?
  public var groupId: String?

  public init(
    width: Int? = nil, height: Int? = nil, frameRate: Double? = nil, displaySurface: DisplaySurface? = nil,
    cursor: CursorCapture? = nil, sampleRate: Int? = nil, channelCount: Int? = nil
  ) {
    self.width = width
    self.height = height
    self.frameRate = frameRate
    self.displaySurface = displaySurface
    self.cursor = cursor
    self.sampleRate = sampleRate
    self.channelCount = channelCount
  }
}

/// How a picture gets the requested size. Source: W3C Media Capture and Streams, `VideoResizeModeEnum`.
public enum VideoResizeMode: String, Sendable, CaseIterable {
  /// The source's own size, the specification's `none`.
  case native = "none"
  /// Scaled down. Pictures are never cropped or enlarged here.
  case cropAndScale = "crop-and-scale"
}

/// The kind of surface behind a track. Source: W3C Screen Capture, `DisplayCaptureSurfaceType`.
public enum DisplaySurface: String, Sendable, CaseIterable {
  /// A monitor, several together, or a part of them.
  case monitor
  /// One window.
  case window
}

/// When the pointer is drawn into the picture. Source: W3C Screen Capture, `CursorCaptureConstraint`.
public enum CursorCapture: String, Sendable, CaseIterable {
  case always
  /// Only while it moves, and for a second after.
  case motion
  case never
}
