/// The digest of a certificate: `fingerprint`. Source: RFC 8122 §5, W3C `RTCDtlsFingerprint`.
public struct RTCDtlsFingerprint: SDPValue {
  /// The hash function's name, as in "sha-256".
  public var algorithm: String
  /// Hexadecimal bytes separated by colons; RFC 8122 requires upper case.
  public var value: String

  public init(algorithm: String, value: String) {
    self.algorithm = algorithm
    self.value = value
  }

  /// - Parameters:
  ///   - algorithm: the hash's name, such as `sha-256`.
  ///   - digest: the hash's bytes.
  public init(algorithm: String, digest: [UInt8]) {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    for (index, byte) in digest.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ":")) }
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    self.init(algorithm: algorithm, value: String(decoding: text, as: UTF8.self))
  }

  init?(sdp text: Substring) {
    let (algorithm, value) = SDPText.splitOnce(text, at: " ")
    guard SDPText.isToken(algorithm), let value else { return nil }
    // Two digits, a colon, two digits …
    let isHex = value.utf8.enumerated().allSatisfy { index, byte in
      switch byte {
      case 0x30...0x39, 0x41...0x46, 0x61...0x66: index % 3 != 2
      case 0x3A: index % 3 == 2
      default: false
      }
    }
    guard isHex, value.utf8.count % 3 == 2 else { return nil }
    self.init(algorithm: String(algorithm), value: String(value))
  }

  public var description: String { "\(algorithm) \(value)" }

  /// Whether both are the same digest, ignoring case.
  public func matches(_ other: RTCDtlsFingerprint) -> Bool {
    SDPText.equalsIgnoringCase(algorithm, other.algorithm) && SDPText.equalsIgnoringCase(value, other.value)
  }
}
