internal import COpenSSL
internal import Media
internal import SDP

#if canImport(Glibc)
  internal import Glibc
#endif

/// One DTLS 1.2 session over datagrams that its owner carries. It serves to agree on SRTP keys only.
///
/// On the `NetworkThread` only. The peer's certificate is checked against its fingerprints during the handshake, so that a wrong
/// one fails before there are keys.
final class DTLSSession {
  enum State: Hashable {
    case connecting
    case connected
    case closed
    case failed(TransportError)
  }

  /// The largest datagram that a session sends, in bytes.
  private static let mtu = 1200
  /// The first retransmission timeout in microseconds; each further one is twice as long, up to four seconds.
  private static let firstTimeout: UInt32 = 200_000
  private static let longestTimeout: UInt32 = 4_000_000

  private(set) var state = State.connecting
  /// The peer's certificate, once it has presented one.
  private(set) var remoteCertificate: TransportStatistics.Certificate?
  /// Takes a datagram for the peer; lent for the call.
  private let send: (UnsafeRawBufferPointer) -> Void
  private let role: DTLSRole
  private var fingerprints: [RTCDtlsFingerprint]
  /// Keeps the `SSL_CTX` alive for as long as `handle`.
  private let context: DTLSContext
  private var handle: OpaquePointer?
  private var timer: NetworkTimer?
  /// The datagram that OpenSSL is to read, during `receive`.
  private var datagram: UnsafeRawBufferPointer?
  private var mismatch = false
  /// The fingerprints of the certificate that the peer has presented, by all hash functions.
  private var presentedFingerprints: [RTCDtlsFingerprint] = []

  /// Called after `state` has changed.
  var onState: (() -> Void)?

  /// - Parameters:
  ///   - fingerprints: of the peer's certificate; one with the strongest hash function among them must match.
  ///   - send: must not call back into the session.
  /// - Throws: `TransportError` when OpenSSL cannot make a session.
  init(
    certificate: RTCCertificate, role: DTLSRole, fingerprints: [RTCDtlsFingerprint], thread: NetworkThread,
    send: @escaping (UnsafeRawBufferPointer) -> Void
  ) throws(TransportError) {
    self.role = role
    self.send = send
    self.fingerprints = Self.strongest(of: fingerprints)
    context = certificate.context
    ERR_clear_error()
    guard let handle = SSL_new(context.handle), let bio = BIO_new(DatagramBIO.method) else {
      throw .library(function: "SSL_new", status: Int(ERR_get_error()))
    }
    self.handle = handle
    BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
    BIO_set_init(bio, 1)
    SSL_set_bio(handle, bio, bio)
    SSL_set_ex_data(handle, 0, Unmanaged.passUnretained(self).toOpaque())
    oriel_ssl_set_mtu(handle, Self.mtu)
    DTLS_set_timer_cb(handle) { _, last in
      last == 0 ? DTLSSession.firstTimeout : min(last * 2, DTLSSession.longestTimeout)
    }
    if role == .client { SSL_set_connect_state(handle) } else { SSL_set_accept_state(handle) }
    timer = NetworkTimer(thread: thread) { [unowned self] _ in
      guard let handle = self.handle else { return }
      ERR_clear_error()
      if oriel_dtls_handle_timeout(handle) < 0 { advance() } else { armTimer() }
    }
  }

  deinit {
    timer?.deadline = nil
    if let handle { SSL_free(handle) }
  }

  /// Begins the handshake, as a client by sending the first flight.
  func start() { advance() }

  /// Takes a datagram from the peer. Invalid or unexpected records are ignored.
  func receive(_ bytes: UnsafeRawBufferPointer) {
    guard handle != nil else { return }
    datagram = bytes
    advance()
    datagram = nil
  }

  /// Sends the close_notify alert, and ends.
  func close() {
    guard let handle else { return }
    if state == .connected {
      ERR_clear_error()
      SSL_shutdown(handle)
    }
    end(.closed)
  }

  /// The SRTP keys, once connected; nil when the peers have no profile in common.
  func exportKeys() -> SRTPKeys? {
    guard let handle, state == .connected,
      let selected = SSL_get_selected_srtp_profile(handle), let name = selected.pointee.name,
      let profile = SRTPProfile(rawValue: String(cString: name))
    else { return nil }
    let label = "EXTRACTOR-dtls_srtp"
    let count = SRTPKeys.length(for: profile)
    var material = [UInt8](repeating: 0, count: count)
    defer { material.wipe() }
    guard SSL_export_keying_material(handle, &material, count, label, label.utf8.count, nil, 0, 0) == 1 else {
      return nil
    }
    return SRTPKeys(profile: profile, material: material, role: role)
  }

  /// The cipher suite by its IANA name, once connected.
  var cipher: String? {
    guard let handle, let cipher = SSL_get_current_cipher(handle), let name = SSL_CIPHER_standard_name(cipher) else {
      return nil
    }
    return String(cString: name)
  }

  /// Whether `certificate` is the peer's. Called by OpenSSL within the handshake.
  func verify(_ certificate: OpaquePointer) -> Bool {
    presentedFingerprints = ["sha-256", "sha-384", "sha-512"].compactMap {
      RTCCertificate.fingerprint(of: certificate, algorithm: $0)
    }
    if let encoded = RTCCertificate.encode(certificate), let fingerprint = presentedFingerprints.first {
      remoteCertificate = .init(fingerprint: fingerprint, encoded: encoded)
    }
    mismatch = !isExpected
    return isExpected
  }

  /// Takes the fingerprints of a newer description.
  /// - Returns: false when the certificate that the peer has presented matches none of them.
  func expect(_ fingerprints: [RTCDtlsFingerprint]) -> Bool {
    self.fingerprints = Self.strongest(of: fingerprints)
    return presentedFingerprints.isEmpty || isExpected
  }

  private var isExpected: Bool {
    fingerprints.contains { expected in presentedFingerprints.contains { $0.matches(expected) } }
  }

  /// The fingerprints with the strongest of the safe hash functions (RFC 8122 §5.1).
  private static func strongest(of fingerprints: [RTCDtlsFingerprint]) -> [RTCDtlsFingerprint] {
    for algorithm in ["sha-512", "sha-384", "sha-256"] {
      let matching = fingerprints.filter { $0.algorithm.lowercased() == algorithm }
      if !matching.isEmpty { return matching }
    }
    return []
  }

  // MARK: - OpenSSL

  private func advance() {
    guard let handle else { return }
    ERR_clear_error()
    if state == .connecting {
      let status = SSL_do_handshake(handle)
      if status == 1 {
        state = .connected
        onState?()
      } else if fails(with: SSL_get_error(handle, status)) {
        return
      }
    }
    // There are no application data; reading makes OpenSSL process alerts and late handshake messages.
    while self.handle != nil, state == .connected, datagram != nil {
      var byte = UInt8(0)
      ERR_clear_error()
      let status = SSL_read(handle, &byte, 1)
      if status > 0 { continue }
      if SSL_get_shutdown(handle) & SSL_RECEIVED_SHUTDOWN != 0 {
        SSL_shutdown(handle)
        return end(.closed)
      }
      if fails(with: SSL_get_error(handle, status)) { return }
      break
    }
    armTimer()
  }

  /// Ends the session unless `error` only means that OpenSSL waits for more datagrams.
  private func fails(with error: Int32) -> Bool {
    switch error {
    case SSL_ERROR_NONE, SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return false
    case SSL_ERROR_ZERO_RETURN: end(.closed)
    default:
      if mismatch {
        end(.failed(.fingerprintMismatch))
      } else {
        let code = ERR_peek_error()
        let reason = oriel_error_reason(code)
        let text = ERR_reason_error_string(code).map { String(cString: $0) } ?? "no reason given"
        // OpenSSL numbers received alerts from 1000 on.
        end(.failed(reason >= 1000 && reason < 1256 ? .alert(text) : .handshakeFailed(text)))
      }
    }
    return true
  }

  private func end(_ final: State) {
    timer?.deadline = nil
    if let handle { SSL_free(handle) }
    handle = nil
    state = final
    onState?()
  }

  private func armTimer() {
    guard let handle else { return }
    var left = timeval()
    guard oriel_dtls_get_timeout(handle, &left) == 1 else {
      timer?.deadline = nil
      return
    }
    timer?.deadline = .now + .nanoseconds(Int64(left.tv_sec) * 1_000_000_000 + Int64(left.tv_usec) * 1000)
  }

  /// Gives OpenSSL the received datagram.
  fileprivate func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let bytes = datagram else { return -1 }
    datagram = nil
    let count = min(bytes.count, buffer.count)
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    return count
  }

  fileprivate func write(_ bytes: UnsafeRawBufferPointer) { send(bytes) }
}

/// The BIO between OpenSSL and a `DTLSSession`, which passes whole datagrams.
private enum DatagramBIO {
  nonisolated(unsafe) static let method: OpaquePointer? = {
    let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagram")
    BIO_meth_set_read(method) { bio, buffer, count in
      guard let bio, let buffer, let session = session(of: bio) else { return -1 }
      let read = session.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: Int(count)))
      oriel_bio_clear_retry(bio)
      if read < 0 { oriel_bio_set_retry_read(bio) }
      return Int32(truncatingIfNeeded: read)
    }
    BIO_meth_set_write(method) { bio, bytes, count in
      guard let bio, let bytes, let session = session(of: bio) else { return -1 }
      session.write(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
      return count
    }
    BIO_meth_set_ctrl(method) { _, command, _, _ in
      switch command {
      case BIO_CTRL_FLUSH, BIO_CTRL_DUP: 1
      case BIO_CTRL_DGRAM_GET_MTU_OVERHEAD: 28
      default: 0
      }
    }
    return method
  }()

  private static func session(of bio: OpaquePointer) -> DTLSSession? {
    BIO_get_data(bio).map { Unmanaged<DTLSSession>.fromOpaque($0).takeUnretainedValue() }
  }
}
