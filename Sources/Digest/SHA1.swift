internal import COpenSSL

/// SHA-1, for the WebSocket handshake (RFC 6455 §4.2.2) and TURN's REST credentials, which prescribe it. It is not
/// collision resistant: do not use it for anything else.
///
/// Implemented by OpenSSL, which the command links anyway: swift-crypto would add a second BoringSSL beside
/// swift-nio-ssl's and make a first build take half as long again.
package enum SHA1 {
  /// The size of a digest, in bytes.
  package static let byteCount = 20

  /// The digest of `bytes`. Source: FIPS 180-4, `SHA1`.
  package static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: byteCount)
    _ = COpenSSL.SHA1(bytes, bytes.count, &digest)
    return digest
  }

  /// The message authentication code of `bytes` with `key`. Source: RFC 2104, `HMAC`.
  package static func authenticationCode(for bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: byteCount)
    var count: UInt32 = 0
    // Cannot fail: the algorithm is OpenSSL's own and the key is in memory.
    let result = HMAC(EVP_sha1(), key, Int32(key.count), bytes, bytes.count, &code, &count)
    precondition(result != nil && Int(count) == byteCount, "HMAC failed")
    return code
  }
}
