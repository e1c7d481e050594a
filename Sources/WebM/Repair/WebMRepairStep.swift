/// A change to a file; a repair's steps are made in order.
public enum WebMRepairStep: Sendable, Equatable {
  /// Add these bytes at the end.
  case append([UInt8])
  /// Append this range of the damaged file; it may be gigabytes.
  case copy(Range<UInt64>)
  /// Overwrite the bytes at `offset`, in bytes from the file's start. The file's length does not change.
  case patch(offset: UInt64, bytes: [UInt8])
  /// Truncate the file to this many bytes.
  case truncate(to: UInt64)
  /// Write everything so far to the disk before the next step.
  case flush
}
