/// Where an audio track's sound comes from: a device, or what a program pushes.
public protocol AudioSource: MediaSource {
  /// Starts sending to `sink`.
  func attach(_ sink: any AudioSink)

  /// Sends nothing more to `sink`; when this returns, no call of `receive` is under way.
  func detach(_ sink: any AudioSink)
}

extension AudioSource {
  /// Sound is taken as it comes.
  public var capabilities: MediaTrackCapabilities { MediaTrackCapabilities(fixed: settings) }
}
