/// Where a track's pictures come from. Work follows change: a source sends a frame when something changed, at most as
/// often as its frame rate says, and nothing while nothing changes.
public protocol VideoSource: AnyObject, Sendable {
  /// What the source gives now.
  var settings: MediaTrackSettings { get }

  /// What befalls the source: `MediaStreamTrack` passes it on.
  var events: EventBroadcaster<VideoSourceEvent> { get }

  /// Starts sending to `sink`; its first frame is the whole picture, as soon as it can be had.
  func attach(_ sink: any VideoSink)

  /// Sends nothing more to `sink`; when this returns, no call of `receive` is under way.
  func detach(_ sink: any VideoSink)

  /// Ends the source for good and gives back what it holds. A second call does nothing.
  func stop()
}

/// What befalls a source while it runs.
public enum VideoSourceEvent: Sendable, Equatable {
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
  }
}
