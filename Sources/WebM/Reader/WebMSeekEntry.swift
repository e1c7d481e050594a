/// A place that a SeekHead names.
///
/// Source: RFC 9559 §5.1.1.
public struct WebMSeekEntry: Sendable, Equatable {
  /// Which element is to be there.
  public var id: ElementID
  /// Its offset in bytes from the file's start.
  public var offset: UInt64
}
