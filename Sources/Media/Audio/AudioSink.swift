/// A receiver of a track's sound: an encoder, a test.
public protocol AudioSink: AnyObject, Sendable {
  /// Takes sound, on the source's thread: copy it and return, never wait. Timestamps are contiguous while the source gives
  /// sound; where they leap, there was none.
  func receive(_ frame: borrowing AudioFrame)

  /// No more sound comes.
  func sourceEnded()
}
