/// A token, which is compared in constant time and does not print.
public struct Secret: Sendable, CustomStringConvertible {
  private let bytes: [UInt8]

  /// - Parameter text: not empty.
  public init?(_ text: String) {
    guard !text.isEmpty else { return nil }
    bytes = Array(text.utf8)
  }

  public var description: String { "…" }

  /// Whether `text` is the secret. How long that takes says nothing of what is in it.
  public func matches(_ text: String?) -> Bool {
    let other = Array((text ?? "").utf8)
    var difference = UInt(bitPattern: bytes.count ^ other.count)
    for index in bytes.indices {
      difference |= UInt(bytes[index] ^ (index < other.count ? other[index] : ~bytes[index]))
    }
    return difference == 0
  }
}
