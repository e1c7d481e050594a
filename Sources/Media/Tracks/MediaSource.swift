/// The source of a track: of pictures (`VideoSource`), of sound (`AudioSource`), or of frames that a remote end has encoded
/// (`EncodedSource`).
public protocol MediaSource: AnyObject, Sendable {
  /// The track's name in files: a monitor's name, or a window's class, but never a window's title, which is private. Empty for
  /// none.
  var name: String { get }

  /// The present settings.
  var settings: MediaTrackSettings { get }

  /// Events of the source; `MediaStreamTrack` forwards them.
  var events: EventBroadcaster<MediaSourceEvent> { get }

  /// The supported settings.
  var capabilities: MediaTrackCapabilities { get }

  /// Called whenever the settings that its tracks request together have changed.
  /// - Returns: whether the source applies them; if not, each track applies what it can.
  func apply(_ requested: RequestedSettings) -> Bool

  /// Ends the source and releases its resources. A second call does nothing.
  func stop()
}

extension MediaSource {
  public var name: String { "" }
  public var capabilities: MediaTrackCapabilities { MediaTrackCapabilities(scaling: settings) }
  public func apply(_ requested: RequestedSettings) -> Bool { false }
}

/// The settings that the tracks of one source request together.
public struct RequestedSettings: Sendable, Equatable {
  /// Pictures a second: the highest rate of all tracks.
  public var frameRate: Double?
  /// As requested by the last track whose constraints named the cursor.
  public var cursor: CursorCapture?

  public init(frameRate: Double? = nil, cursor: CursorCapture? = nil) {
    self.frameRate = frameRate
    self.cursor = cursor
  }
}

/// Events of a source.
public enum MediaSourceEvent: Sendable, Equatable {
  /// No pictures or sound at present, as of a minimised window; the last picture stays.
  case muted
  /// Pictures or sound again.
  case unmuted
  case ended(EndReason)
  /// Something does not work fully: `code` for programs, `message` one sentence for people. Later listeners also get a display's
  /// warnings, and those about silence in a source of sound.
  case warning(code: String, message: String)

  /// Why a source ended.
  public enum EndReason: Sendable, Equatable {
    /// `stop` was called.
    case stopped
    /// The surface is gone: a window was closed, a monitor unplugged.
    case surfaceGone
    /// The connection to the X server broke.
    case displayGone
    /// The remote end removed the track, or the connection to it was closed.
    case remoteEnded
  }
}
