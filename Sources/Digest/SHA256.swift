internal import COpenSSL

/// HMAC-SHA-256, where no protocol prescribes the hash function. Implemented by OpenSSL, as `SHA1` is.
package enum SHA256 {
  /// The size of a message authentication code, in bytes.
  package static let byteCount = 32

  /// The message authentication code of `bytes` with `key`. Source: RFC 2104, `HMAC`.
  package static func authenticationCode(for bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: byteCount)
    var count: UInt32 = 0
    // Cannot fail: the algorithm is OpenSSL's own and the key is in memory.
    let result = HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &code, &count)
    precondition(result != nil && Int(count) == byteCount, "HMAC failed")
    return code
  }
}
