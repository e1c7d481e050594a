internal import COpenSSL
public import SDP

#if canImport(Glibc)
  internal import Glibc
#endif

/// A self-signed ECDSA P-256 certificate with its key, which a peer identifies by its fingerprint. One certificate can serve
/// any number of connections.
///
/// `@unchecked Sendable`: immutable after `init`, and OpenSSL's reference counts are atomic.
public final class RTCCertificate: @unchecked Sendable {
  /// The end of its validity, in milliseconds since 1970.
  public let expires: Int64
  /// The certificate in DER.
  public let encoded: [UInt8]
  private let fingerprint: RTCDtlsFingerprint
  /// The `SSL_CTX` that all DTLS sessions with this certificate share.
  let context: DTLSContext

  /// Generates a key and a certificate, in well under a millisecond.
  /// - Parameter validity: 30 days by default; limited to a year.
  /// - Throws: `RTCCertificateError` with OpenSSL's status.
  /// Source: W3C WebRTC §4.10.2.
  public static func generateCertificate(
    validity: Duration = .seconds(30 * 86400)
  ) throws(RTCCertificateError) -> RTCCertificate {
    try RTCCertificate(seconds: min(validity.components.seconds, 365 * 86400))
  }

  /// Loads a stored certificate, so that peers recognise this side by its fingerprint. Not in the specification.
  /// - Parameters:
  ///   - encoded: the certificate in DER, from `encoded`.
  ///   - key: its private key in DER, from `encodedKey`.
  /// - Throws: `RTCCertificateError` for bytes that are no certificate, or for a key of another certificate.
  public convenience init(encoded: [UInt8], key: [UInt8]) throws(RTCCertificateError) {
    let certificate = encoded.withUnsafeBufferPointer { bytes in
      var position = bytes.baseAddress
      return d2i_X509(nil, &position, bytes.count)
    }
    guard let certificate else { throw Self.error("d2i_X509") }
    defer { X509_free(certificate) }
    let privateKey = key.withUnsafeBufferPointer { bytes in
      var position = bytes.baseAddress
      return d2i_AutoPrivateKey(nil, &position, bytes.count)
    }
    guard let privateKey else { throw Self.error("d2i_AutoPrivateKey") }
    defer { EVP_PKEY_free(privateKey) }
    guard X509_check_private_key(certificate, privateKey) == 1 else { throw Self.error("X509_check_private_key") }
    var days: Int32 = 0
    var seconds: Int32 = 0
    guard ASN1_TIME_diff(&days, &seconds, nil, X509_get0_notAfter(certificate)) == 1 else {
      throw Self.error("ASN1_TIME_diff")
    }
    try self.init(certificate, privateKey, expires: Int64(time(nil)) + Int64(days) * 86400 + Int64(seconds))
  }

  private convenience init(seconds: Int64) throws(RTCCertificateError) {
    guard let key = oriel_new_p256_key() else { throw Self.error("EVP_EC_gen") }
    defer { EVP_PKEY_free(key) }
    guard let certificate = X509_new() else { throw Self.error("X509_new") }
    defer { X509_free(certificate) }
    var generator = SystemRandomNumberGenerator()
    let now = time(nil)
    X509_set_version(certificate, 2)
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), generator.next() >> 1)
    // A day back, for peers whose clock is behind.
    X509_gmtime_adj(X509_getm_notBefore(certificate), -86400)
    X509_gmtime_adj(X509_getm_notAfter(certificate), Int(seconds))
    let name = X509_get_subject_name(certificate)
    X509_NAME_add_entry_by_txt(name, "CN", 0x1000 | 1, "WebRTC", -1, -1, 0)
    X509_set_issuer_name(certificate, name)
    guard X509_set_pubkey(certificate, key) == 1 else { throw Self.error("X509_set_pubkey") }
    guard X509_sign(certificate, key, EVP_sha256()) > 0 else { throw Self.error("X509_sign") }
    try self.init(certificate, key, expires: Int64(now) + seconds)
  }

  /// - Parameter expires: in seconds since 1970.
  private init(_ certificate: OpaquePointer, _ key: OpaquePointer, expires: Int64) throws(RTCCertificateError) {
    self.expires = expires * 1000
    guard let encoded = Self.encode(certificate) else { throw Self.error("i2d_X509") }
    self.encoded = encoded
    guard let fingerprint = Self.fingerprint(of: certificate, algorithm: "sha-256") else {
      throw Self.error("X509_digest")
    }
    self.fingerprint = fingerprint
    guard let context = DTLSContext(certificate: certificate, key: key) else { throw Self.error("SSL_CTX_new") }
    self.context = context
  }

  /// The private key in DER (PKCS #8 or RFC 5915), to be stored with the certificate: a secret.
  /// - Throws: `RTCCertificateError` with OpenSSL's status.
  public func encodedKey() throws(RTCCertificateError) -> [UInt8] {
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = SSL_CTX_get0_privatekey(context.handle).map { i2d_PrivateKey($0, &bytes) } ?? 0
    guard count > 0, let bytes else { throw Self.error("i2d_PrivateKey") }
    defer { CRYPTO_clear_free(bytes, Int(count), #file, #line) }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }

  /// The SHA-256 digest, for the description that is sent to the peer.
  public func getFingerprints() -> [RTCDtlsFingerprint] { [fingerprint] }

  static func encode(_ certificate: OpaquePointer) -> [UInt8]? {
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = i2d_X509(certificate, &bytes)
    guard count > 0, let bytes else { return nil }
    defer { CRYPTO_free(bytes, #file, #line) }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }

  /// - Returns: nil for a hash function that is unsafe or unknown.
  static func fingerprint(of certificate: OpaquePointer, algorithm: String) -> RTCDtlsFingerprint? {
    let function =
      switch algorithm.lowercased() {
      case "sha-256": EVP_sha256()
      case "sha-384": EVP_sha384()
      case "sha-512": EVP_sha512()
      default: nil as OpaquePointer?
      }
    guard let function else { return nil }
    let digest = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
      var length: UInt32 = 0
      count = X509_digest(certificate, function, buffer.baseAddress, &length) == 1 ? Int(length) : 0
    }
    return digest.isEmpty ? nil : RTCDtlsFingerprint(algorithm: algorithm.lowercased(), digest: digest)
  }

  private static func error(_ function: String) -> RTCCertificateError {
    RTCCertificateError(function: function, status: UInt(ERR_get_error()))
  }
}

/// A certificate could not be generated or loaded.
public struct RTCCertificateError: Error, Hashable, CustomStringConvertible {
  /// The function of OpenSSL that failed, or the parameter that is out of range.
  public let function: String
  /// OpenSSL's error code.
  public let status: UInt

  public var description: String { "The certificate cannot be made: \(function) failed with \(status)." }
}
