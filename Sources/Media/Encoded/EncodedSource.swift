/// A source of encoded frames, such as a remote track's. They can be stored or forwarded, but not decoded here.
public protocol EncodedSource: MediaSource {
  /// Starts sending to `sink`. Video begins with a key frame, which is requested from the sender.
  func attach(_ sink: any EncodedSink)

  /// Sends nothing more to `sink`, except for a frame that is being delivered.
  func detach(_ sink: any EncodedSink)

  /// Asks the sender for a key frame.
  func requestKeyFrame()
}

extension EncodedSource {
  /// Encoded frames cannot be configured.
  public var capabilities: MediaTrackCapabilities { MediaTrackCapabilities(fixed: settings) }
}

/// A receiver of encoded frames: a recorder.
public protocol EncodedSink: AnyObject, Sendable {
  /// Takes a frame, on the source's thread: pass it on and return, never wait.
  func receive(_ frame: EncodedFrame)

  /// No more frames come.
  func sourceEnded()
}
