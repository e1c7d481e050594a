/// What is behind a track: pictures (`VideoSource`), sound (`AudioSource`), or what a remote end has encoded
/// (`EncodedSource`).
public protocol MediaSource: AnyObject, Sendable {
  /// What a file may call it: a monitor's name, or a window's class, but never a window's title, which says what somebody is
  /// at. Empty where there is nothing to say.
  var name: String { get }

  /// What the source gives now.
  var settings: MediaTrackSettings { get }

  /// What befalls the source: `MediaStreamTrack` passes it on.
  var events: EventBroadcaster<MediaSourceEvent> { get }

  /// What it could give.
  var capabilities: MediaTrackCapabilities { get }

  /// Is told what its tracks wish for together, whenever that changes.
  /// - Returns: whether it does so from now on; else every track sees for itself to what it can.
  func adopt(_ wishes: MediaSourceWishes) -> Bool

  /// Ends the source for good and gives back what it holds. A second call does nothing.
  func stop()
}

extension MediaSource {
  public var name: String { "" }
  public var capabilities: MediaTrackCapabilities { MediaTrackCapabilities(scaling: settings) }
  public func adopt(_ wishes: MediaSourceWishes) -> Bool { false }
}

/// What the tracks of one source wish for together.
public struct MediaSourceWishes: Sendable, Equatable {
  /// Pictures a second: the highest rate of all tracks.
  public var frameRate: Double?
  /// The pointer, as the last track that spoke of it wants it.
  public var cursor: CursorCapture?

  public init(frameRate: Double? = nil, cursor: CursorCapture? = nil) {
    self.frameRate = frameRate
    self.cursor = cursor
  }
}

/// What befalls a source while it runs.
public enum MediaSourceEvent: Sendable, Equatable {
  /// No pictures for now, as with a minimised window; the last one stays.
  case muted
  /// Pictures again.
  case unmuted
  /// Over, for `reason`.
  case ended(EndReason)
  /// Something works less well than it could: `code` for programs, `message` one sentence for people. A display's are kept
  /// for who listens later, and so is what silences a source of sound.
  case warning(code: String, message: String)

  /// Why a source ended.
  public enum EndReason: Sendable, Equatable {
    /// `stop` was called.
    case stopped
    /// The surface went away: a window closed, a monitor unplugged.
    case surfaceGone
    /// The X server went away.
    case displayGone
    /// The remote end took the track away, or the connection to it was closed.
    case remoteEnded
  }
}
