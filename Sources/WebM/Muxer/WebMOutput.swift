/// What a muxer wants done to its file, in this order.
public enum WebMOutput: Sendable, Equatable {
  /// Add these bytes at the end.
  case append([UInt8])
  /// Write these bytes over what stands at `offset`, in bytes from the file's start. The end does not move.
  case patch(offset: UInt64, bytes: [UInt8])
}
