/// Random access to the bytes of a file, or of memory.
public protocol WebMSource {
  /// The number of bytes. It must not change while a reader uses the source.
  var size: UInt64 { get }

  /// The `count` bytes at `offset`, or fewer if the source ends earlier.
  ///
  /// A reader requests at most 16 MiB at once, and mostly 8 KiB.
  /// - Throws: the cause of a failed read; a reader passes it on unchanged.
  mutating func read(at offset: UInt64, count: Int) throws -> [UInt8]
}
