/// The position of an element in a file.
public struct WebMElement: Sendable, Equatable {
  /// Its identifier.
  public var id: ElementID
  /// Its first byte, in bytes from the file's start.
  public var offset: UInt64
  /// The first byte of its data.
  public var dataOffset: UInt64
  /// Bytes of data, or nil if the size is unknown.
  public var size: UInt64?

  /// The offset after its last byte, or nil if the size is unknown.
  public var end: UInt64? { size.map { dataOffset + $0 } }
}
