/// What is to be done to a file, in this order.
public enum WebMRepairStep: Sendable, Equatable {
  /// Add these bytes at the end.
  case append([UInt8])
  /// Add these bytes of the damaged file at the end; there may be gigabytes of them.
  case copy(Range<UInt64>)
  /// Write these bytes over what stands at `offset`, in bytes from the file's start. The end does not move.
  case patch(offset: UInt64, bytes: [UInt8])
  /// Cut the file off to this many bytes.
  case truncate(to: UInt64)
  /// See that everything so far is on the disk before anything that follows is.
  case flush
}
