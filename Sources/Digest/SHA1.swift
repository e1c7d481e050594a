internal import COpenSSL

/// SHA-1 where a protocol prescribes it: WebSocket's handshake (RFC 6455 §4.2.2) and TURN's REST credentials. It protects
/// nothing against collisions, and is to be used for nothing else.
///
/// By OpenSSL, which the command has in it anyway: swift-crypto would bring a second BoringSSL beside swift-nio-ssl's, and
/// a newcomer's first build would take half as long again.
public enum SHA1 {
  /// The bytes of a digest.
  public static let byteCount = 20

  /// The digest of `bytes`. Source: FIPS 180-4, `SHA1`.
  public static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: byteCount)
    _ = COpenSSL.SHA1(bytes, bytes.count, &digest)
    return digest
  }

  /// The message authentication code of `bytes` with `key`. Source: RFC 2104, `HMAC`.
  public static func authenticationCode(for bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: byteCount)
    var count: UInt32 = 0
    // OpenSSL takes its own SHA-1 and a key in memory: nothing here can fail.
    let result = HMAC(EVP_sha1(), key, Int32(key.count), bytes, bytes.count, &code, &count)
    precondition(result != nil && Int(count) == byteCount, "HMAC gave no code")
    return code
  }
}
