/// Where an element is in a file.
public struct WebMElement: Sendable, Equatable {
  /// Which element.
  public var id: ElementID
  /// Its first byte, in bytes from the file's start.
  public var offset: UInt64
  /// The first byte of its data.
  public var dataOffset: UInt64
  /// Bytes of data, or nil where the size is unknown.
  public var size: UInt64?

  /// Behind its last byte, or nil where the size is unknown.
  public var end: UInt64? { size.map { dataOffset + $0 } }
}
