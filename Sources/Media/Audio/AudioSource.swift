/// The source of an audio track's sound: a device, or a program that pushes samples.
public protocol AudioSource: MediaSource {
  /// Starts sending to `sink`.
  func attach(_ sink: any AudioSink)

  /// Sends nothing more to `sink`; when this returns, its `receive` is not running.
  func detach(_ sink: any AudioSink)
}

extension AudioSource {
  /// Sound cannot be configured.
  public var capabilities: MediaTrackCapabilities { MediaTrackCapabilities(fixed: settings) }
}
