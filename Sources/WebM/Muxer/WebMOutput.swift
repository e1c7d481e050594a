/// A muxer's changes to its file, to be made in order.
public enum WebMOutput: Sendable, Equatable {
  /// Add these bytes at the end.
  case append([UInt8])
  /// Overwrite the bytes at `offset`, in bytes from the file's start. The file's length does not change.
  case patch(offset: UInt64, bytes: [UInt8])
}
