internal import WebM

/// Where a recording's bytes go. Owned by the writing thread.
protocol RecordingSink: AnyObject {
  /// Whether bytes that went out can still be patched.
  var isSeekable: Bool { get }

  /// What has arrived there whole, in bytes.
  var bytesWritten: UInt64 { get }

  /// Puts appends and patches where they belong, all or none of the appends.
  func write(_ outputs: [WebMOutput]) throws(RecordingError)

  /// The error to end on while there is still room to finish; nil while there is plenty.
  func spaceRunsOut() -> RecordingError?

  /// There is a picture, or sound: a file takes its place, if it has not yet.
  func publish() throws(RecordingError)

  /// Nothing more comes.
  func close() throws(RecordingError)

  /// Nothing comes, and nothing came: takes back what was made, for an empty file is no recording.
  func discard()
}

extension RecordingSink {
  func publish() {}
  func discard() {}
}
