#if canImport(Glibc)
  internal import Glibc
#endif

extension [UInt8] {
  /// Overwrites a key or another secret that is needed no more, so that nothing finds it in memory that is used again. Bytes that
  /// share their storage with another array are copied first, and stay there.
  package mutating func wipe() {
    withUnsafeMutableBytes { if let start = $0.baseAddress { explicit_bzero(start, $0.count) } }
    removeAll()
  }
}
