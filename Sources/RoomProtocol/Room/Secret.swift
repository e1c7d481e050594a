#if canImport(Glibc)
  internal import Glibc
#endif

/// A token that is compared in constant time, is not printed, and is wiped from memory with its last copy.
public struct Secret: Sendable, CustomStringConvertible {
  private let storage: Storage

  /// - Parameter text: not empty.
  public init?(_ text: String) {
    guard !text.isEmpty else { return nil }
    storage = Storage(text.utf8)
  }

  public var description: String { "…" }

  /// Whether `text` is the secret. The time this takes does not reveal its content.
  public func matches(_ text: String?) -> Bool {
    let other = Array((text ?? "").utf8)
    let bytes = storage.bytes
    var difference = UInt(bitPattern: bytes.count ^ other.count)
    for index in bytes.indices {
      difference |= UInt(bytes[index] ^ (index < other.count ? other[index] : ~bytes[index]))
    }
    return difference == 0
  }

  /// `@unchecked Sendable`: nothing is written between `init` and `deinit`.
  private final class Storage: @unchecked Sendable {
    let bytes: UnsafeBufferPointer<UInt8>

    init(_ text: String.UTF8View) {
      let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
      _ = bytes.initialize(from: text)
      self.bytes = UnsafeBufferPointer(bytes)
    }

    deinit {
      let memory = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(mutating: bytes))
      if let start = memory.baseAddress { explicit_bzero(start, memory.count) }
      memory.deallocate()
    }
  }
}
