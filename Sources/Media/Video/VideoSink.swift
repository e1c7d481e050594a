/// A receiver of a track's pictures: an encoder, a test.
public protocol VideoSink: AnyObject, Sendable {
  /// Takes a picture, on the source's thread: convert the dirty part and return, never wait.
  func receive(_ frame: borrowing VideoFrame)

  /// The source captured and found no change; for statistics.
  func foundUnchanged(at timestamp: MediaTime, captureTime: MediaTime)

  /// No more pictures come: the surface is gone, or the track was stopped.
  func sourceEnded()
}

extension VideoSink {
  public func foundUnchanged(at timestamp: MediaTime, captureTime: MediaTime) {}
}
