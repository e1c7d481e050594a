/// A source whose frames come encoded, such as a remote track's; they can be kept or sent on, but nobody here decodes them.
public protocol EncodedSource: MediaSource {
  /// Starts sending to `sink`; of pictures, a key frame first, which is asked for.
  func attach(_ sink: any EncodedSink)

  /// Sends nothing more to `sink`, but for a frame that is on its way.
  func detach(_ sink: any EncodedSink)

  /// Asks the sender for a key frame.
  func requestKeyFrame()
}

extension EncodedSource {
  /// What comes encoded is taken as it is.
  public var capabilities: MediaTrackCapabilities { MediaTrackCapabilities(fixed: settings) }
}

/// Something that takes encoded frames: a recorder.
public protocol EncodedSink: AnyObject, Sendable {
  /// Takes a frame, on the source's thread: hand it on and return, never wait.
  func receive(_ frame: EncodedFrame)

  /// No more frames come.
  func sourceEnded()
}
