/// An entry of a SeekHead.
///
/// Source: RFC 9559 §5.1.1.
public struct WebMSeekEntry: Sendable, Equatable {
  /// The identifier of the element.
  public var id: ElementID
  /// Its offset in bytes from the file's start.
  public var offset: UInt64
}
