internal import WebM

/// The destination of a recording's bytes. Owned by the writing thread.
protocol RecordingSink: AnyObject {
  /// Whether written bytes can still be patched.
  var isSeekable: Bool { get }

  /// Bytes written completely.
  var bytesWritten: UInt64 { get }

  /// Writes appends and patches; of the appends all or none.
  func write(_ outputs: [WebMOutput]) throws(RecordingError)

  /// The error to end the recording with while there is still space to finish it; nil while there is plenty.
  func lowSpaceError() -> RecordingError?

  /// Gives a file its name, unless it has one: the recording has a picture or sound.
  func publish() throws(RecordingError)

  /// Ends writing.
  func close() throws(RecordingError)

  /// Ends writing and removes the file that was created: an empty file is no recording.
  func discard()
}

extension RecordingSink {
  func publish() {}
  func discard() {}
}
