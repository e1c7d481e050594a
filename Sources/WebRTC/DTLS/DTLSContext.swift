internal import COpenSSL

/// The `SSL_CTX` that the DTLS sessions of one certificate share.
///
/// `@unchecked Sendable`: the handle is set up in `init` and only read afterwards, and OpenSSL lets threads share it.
final class DTLSContext: @unchecked Sendable {
  let handle: OpaquePointer

  /// - Returns: nil when OpenSSL refuses, with the reason in its error queue.
  init?(certificate: OpaquePointer, key: OpaquePointer) {
    guard let handle = SSL_CTX_new(DTLS_method()) else { return nil }
    self.handle = handle
    guard oriel_ssl_ctx_set_version(handle) == 1,
      SSL_CTX_use_certificate(handle, certificate) == 1,
      SSL_CTX_use_PrivateKey(handle, key) == 1,
      SSL_CTX_set_cipher_list(handle, Self.ciphers) == 1,
      oriel_ssl_ctx_set_groups(handle, "X25519:P-256:P-384") == 1,
      // Zero is success here.
      SSL_CTX_set_tlsext_use_srtp(handle, SRTPProfile.preference.map(\.rawValue).joined(separator: ":")) == 0
    else { return nil }
    SSL_CTX_set_options(handle, oriel_ssl_options())
    oriel_ssl_ctx_no_sessions(handle)
    SSL_CTX_set_verify(handle, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    // Instead of a chain of trust: the peer's certificate must match a fingerprint of its description.
    SSL_CTX_set_cert_verify_callback(
      handle,
      { store, _ in
        guard let store,
          let session = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
          let owner = SSL_get_ex_data(OpaquePointer(session), 0),
          let certificate = X509_STORE_CTX_get0_cert(store)
        else { return 0 }
        let isExpected = Unmanaged<DTLSSession>.fromOpaque(owner).takeUnretainedValue().verify(certificate)
        X509_STORE_CTX_set_error(store, isExpected ? X509_V_OK : X509_V_ERR_CERT_REJECTED)
        return isExpected ? 1 : 0
      }, nil)
  }

  deinit { SSL_CTX_free(handle) }

  /// Forward secrecy and authenticated encryption only. The RSA suites are for peers whose certificate has an RSA key.
  private static let ciphers = [
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-RSA-AES256-GCM-SHA384",
  ].joined(separator: ":")
}
