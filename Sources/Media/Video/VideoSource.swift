/// Where a video track's pictures come from. Work follows change: a source sends a frame when something changed, at most as
/// often as its frame rate says, and nothing while nothing changes.
public protocol VideoSource: MediaSource {
  /// Starts sending to `sink`; its first frame is the whole picture, as soon as it can be had.
  func attach(_ sink: any VideoSink)

  /// Sends nothing more to `sink`; when this returns, no call of `receive` is under way.
  func detach(_ sink: any VideoSink)
}
