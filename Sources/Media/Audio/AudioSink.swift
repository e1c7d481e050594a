/// Something that takes a track's sound: an encoder, a test.
public protocol AudioSink: AnyObject, Sendable {
  /// Takes sound, on the source's thread: copy it and return, never wait. Its time goes on without a gap while the source gives
  /// sound; where it leaps, there was none.
  func receive(_ frame: borrowing AudioFrame)

  /// No more sound comes.
  func sourceEnded()
}
