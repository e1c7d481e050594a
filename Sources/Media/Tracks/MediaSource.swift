/// What is behind a track: pictures of a screen (`VideoSource`), or what a remote end has encoded (`EncodedSource`).
public protocol MediaSource: AnyObject, Sendable {
  /// What the source gives now.
  var settings: MediaTrackSettings { get }

  /// What befalls the source: `MediaStreamTrack` passes it on.
  var events: EventBroadcaster<MediaSourceEvent> { get }

  /// Ends the source for good and gives back what it holds. A second call does nothing.
  func stop()
}

/// What befalls a source while it runs.
public enum MediaSourceEvent: Sendable, Equatable {
  /// No pictures for now, as with a minimised window; the last one stays.
  case muted
  /// Pictures again.
  case unmuted
  /// Over, for `reason`.
  case ended(EndReason)
  /// Something works less well than it could: `code` for programs, `message` one sentence for people.
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
