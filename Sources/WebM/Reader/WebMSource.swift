/// Bytes at known places: a file, or memory.
public protocol WebMSource {
  /// How many bytes there are. It must not change while a reader uses the source.
  var size: UInt64 { get }

  /// The `count` bytes at `offset`, or fewer where the source ends before.
  ///
  /// A reader asks for at most 16 MiB at once, and mostly for 8 KiB.
  /// - Throws: what stopped the reading; a reader passes it on unchanged.
  mutating func read(at offset: UInt64, count: Int) throws -> [UInt8]
}
