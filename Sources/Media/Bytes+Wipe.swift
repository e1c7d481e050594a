#if canImport(Glibc)
  internal import Glibc
#endif

extension [UInt8] {
  /// Overwrites a key or another secret that is not needed any more, so that it is not left in freed memory. An array that
  /// shares its storage with another is copied first, and the shared storage is not overwritten.
  package mutating func wipe() {
    withUnsafeMutableBytes { if let start = $0.baseAddress { explicit_bzero(start, $0.count) } }
    removeAll()
  }
}
