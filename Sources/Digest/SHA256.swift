internal import COpenSSL

/// SHA-256, where this project chooses itself. By OpenSSL, as `SHA1` is.
public enum SHA256 {
  /// The bytes of a message authentication code.
  public static let byteCount = 32

  /// The message authentication code of `bytes` with `key`. Source: RFC 2104, `HMAC`.
  public static func authenticationCode(for bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: byteCount)
    var count: UInt32 = 0
    // OpenSSL takes its own SHA-256 and a key in memory: nothing here can fail.
    let result = HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &code, &count)
    precondition(result != nil && Int(count) == byteCount, "HMAC gave no code")
    return code
  }
}
