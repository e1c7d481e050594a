/// Something that takes a track's pictures: an encoder, a test.
public protocol VideoSink: AnyObject, Sendable {
  /// Takes a picture, on the source's thread: convert what is dirty and return, never wait.
  func receive(_ frame: borrowing VideoFrame)

  /// The source looked and found nothing changed; for those who keep count.
  func foundUnchanged(at timestamp: MediaTime, captureTime: MediaTime)

  /// The source gives no more pictures: the surface went away, or the track was stopped.
  func sourceEnded()
}

extension VideoSink {
  public func foundUnchanged(at timestamp: MediaTime, captureTime: MediaTime) {}
}
