/// A whole file in memory, as a source.
public struct WebMBytes: WebMSource, Sendable {
  /// The file.
  public let bytes: [UInt8]

  /// A source of `bytes`.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public var size: UInt64 { UInt64(bytes.count) }

  public func read(at offset: UInt64, count: Int) -> [UInt8] {
    guard offset < size else { return [] }
    let start = Int(offset)
    return Array(bytes[start..<start + min(max(0, count), bytes.count - start)])
  }
}
