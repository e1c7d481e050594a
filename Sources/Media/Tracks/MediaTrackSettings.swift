/// What a track gives now, under the names of the W3C's `MediaTrackSettings`.
public struct MediaTrackSettings: Sendable, Equatable {
  /// Pixels; nil on an audio track.
  public var width: Int?
  /// Pixels; nil on an audio track.
  public var height: Int?
  /// Pictures a second at the most; fewer come when less changes.
  public var frameRate: Double?
  /// What is captured.
  public var displaySurface: DisplaySurface?
  /// Whether the pointer is in the picture.
  public var cursor: CursorCapture?

  public init(
    width: Int? = nil, height: Int? = nil, frameRate: Double? = nil, displaySurface: DisplaySurface? = nil,
    cursor: CursorCapture? = nil
  ) {
    self.width = width
    self.height = height
    self.frameRate = frameRate
    self.displaySurface = displaySurface
    self.cursor = cursor
  }
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
  /// Only while it moves, and for a moment after.
  case motion
  case never
}
