internal import NIOCore

/// A network such as `10.0.0.0/8`, `::1` or `fd00::/8`, for trusted proxies.
public struct AddressRange: Sendable {
  private let bytes: [UInt8]
  private let bits: Int

  /// - Returns: nil for text that is neither an address nor an address with a prefix length.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let bytes = ClientAddress.bytes(of: String(parts[0])) else { return nil }
    self.bytes = bytes
    guard parts.count == 2 else {
      bits = bytes.count * 8
      return
    }
    guard parts[1].utf8.count <= 3, let length = UInt8(parts[1]) else { return nil }
    // An IPv4 network may be written as IPv4-mapped IPv6: ::ffff:10.0.0.0/104.
    let bits = Int(length) - (bytes.count == 4 && parts[0].contains(":") ? 96 : 0)
    guard 0...(bytes.count * 8) ~= bits else { return nil }
    self.bits = bits
  }

  /// - Parameter text: an address; false for other text.
  public func contains(addressOf text: String) -> Bool { ClientAddress.bytes(of: text).map(contains) ?? false }

  /// - Parameter address: 4 or 16 bytes.
  func contains(_ address: [UInt8]) -> Bool {
    guard address.count == bytes.count else { return false }
    let whole = bits / 8
    guard address[..<whole] == bytes[..<whole] else { return false }
    let rest = bits % 8
    return rest == 0 || (address[whole] ^ bytes[whole]) >> UInt8(8 - rest) == 0
  }
}
