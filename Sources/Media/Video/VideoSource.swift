/// The source of a video track's pictures. It sends a frame when the picture has changed, limited to its frame rate, and none
/// while nothing changes.
public protocol VideoSource: MediaSource {
  /// Starts sending to `sink`; its first frame is the whole picture, as soon as it is available.
  func attach(_ sink: any VideoSink)

  /// Sends nothing more to `sink`; when this returns, its `receive` is not running.
  func detach(_ sink: any VideoSink)
}
