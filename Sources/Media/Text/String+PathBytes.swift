/// Paths are bytes, and text only as a rule. In a path that is not UTF-8 each byte that belongs to no character is one of
/// U+10FF80 to U+10FFFF, which no character is; a path that has those itself has each of their bytes so. Nothing is lost.
extension String {
  private static let firstByte: UInt32 = 0x10FF00
  private static let bytes: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

  /// A path as text.
  package init(pathBytes bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    self = ""
    var position = 0
    while position < bytes.count {
      let rest = bytes[position...]
      let scalar = (1...4).lazy.compactMap { Self.scalar(rest.prefix($0)) }.first
      if let scalar, !Self.bytes.contains(scalar.value) {
        unicodeScalars.append(scalar)
        position += UTF8.width(scalar)
      } else {
        unicodeScalars.append(Unicode.Scalar(Self.firstByte + UInt32(bytes[position])) ?? "\u{fffd}")
        position += 1
      }
    }
  }

  private static func scalar(_ bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
    String(validating: bytes, as: UTF8.self)?.unicodeScalars.first
  }

  /// Calls `body` with the path's bytes, which a zero ends.
  package func withPath<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    guard hasPathBytes else { return try withCString(body) }
    var bytes: [CChar] = []
    for scalar in unicodeScalars {
      if Self.bytes.contains(scalar.value) {
        bytes.append(CChar(truncatingIfNeeded: scalar.value))
      } else {
        bytes += UTF8.encode(scalar)!.map { CChar(bitPattern: $0) }
      }
    }
    return try (bytes + [0]).withUnsafeBufferPointer { try body($0.baseAddress!) }
  }

  /// The path for a reader of text: bytes that belong to no character are U+FFFD.
  package var readablePath: String {
    guard hasPathBytes else { return self }
    return String(UnicodeScalarView(unicodeScalars.map { Self.bytes.contains($0.value) ? "\u{fffd}" : $0 }))
  }

  private var hasPathBytes: Bool { unicodeScalars.contains { Self.bytes.contains($0.value) } }
}
