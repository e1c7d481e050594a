/// Errors of a recorder, with the names of the W3C MediaStream Recording specification.
public enum MediaRecorderError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Not possible in this state: starting twice, or pausing an inactive recorder.
  case invalidState(String)
  /// No live track, or a type that cannot be written.
  case notSupported(String)
  /// A track was added to the stream, or removed from it, while it was recorded.
  case invalidModification(String)
  /// Encoding failed.
  case unknown(String)
  /// Writing failed.
  case output(RecordingError)

  /// The specification's name of the error.
  public var name: String {
    switch self {
    case .invalidState: "InvalidStateError"
    case .notSupported: "NotSupportedError"
    case .invalidModification: "InvalidModificationError"
    case .unknown, .output: "UnknownError"
    }
  }

  public var description: String {
    switch self {
    case .invalidState(let message), .notSupported(let message), .invalidModification(let message),
      .unknown(let message):
      message
    case .output(let error): error.description
    }
  }
}
