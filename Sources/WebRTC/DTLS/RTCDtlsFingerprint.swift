/// The digest of a certificate, as it stands in SDP's `a=fingerprint` (RFC 8122).
public struct RTCDtlsFingerprint: Sendable, Hashable {
  /// The hash function's name, as in "sha-256".
  public var algorithm: String
  /// Upper-case hexadecimal bytes with colons between them.
  public var value: String

  public init(algorithm: String, value: String) {
    self.algorithm = algorithm
    self.value = value
  }

  init(algorithm: String, digest: [UInt8]) {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    for (index, byte) in digest.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ":")) }
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    self.init(algorithm: algorithm, value: String(decoding: text, as: UTF8.self))
  }

  /// Whether both name the same digest, in whatever case they are written.
  func matches(_ other: RTCDtlsFingerprint) -> Bool {
    algorithm.lowercased() == other.algorithm.lowercased() && value.lowercased() == other.value.lowercased()
  }
}
