/// Paths are bytes, and usually but not always UTF-8. Each byte that is not valid UTF-8 is represented by one of U+10FF80 to
/// U+10FFFF, which are private-use characters. In a path that contains these characters, each of their bytes is represented
/// so too: the conversion is lossless.
extension String {
  private static let firstByte: UInt32 = 0x10FF00
  private static let bytes: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

  /// Decodes a path.
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

  /// Calls `body` with the path's bytes, zero-terminated.
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

  /// The path for display: bytes that are not valid UTF-8 are U+FFFD.
  package var readablePath: String {
    guard hasPathBytes else { return self }
    return String(UnicodeScalarView(unicodeScalars.map { Self.bytes.contains($0.value) ? "\u{fffd}" : $0 }))
  }

  private var hasPathBytes: Bool { unicodeScalars.contains { Self.bytes.contains($0.value) } }
}
