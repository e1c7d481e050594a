internal import Media
internal import SDP

/// DTLS-SRTP: agrees on keys with the peer by DTLS, and protects packets with them by SRTP. Source: RFC 5764, W3C WebRTC §5.5.
///
/// On the `NetworkThread` only. DTLS begins once there are the peer's fingerprints, a role and a path. To be ended by `close`.
final class DTLSTransport {
  /// The most DTLS packets that are kept from before the peer's description.
  private static let earlyPacketLimit = 8
  private static let largestEarlyPacket = 2048

  /// Takes changes of the state, and the reason of a failure before its state. Called within other calls.
  var onEvent: ((TransportEvent) -> Void)?
  /// Whether datagrams can be sent.
  var hasPath: () -> Bool = { false }
  /// Sends a DTLS datagram, lent for the call. Must not call back.
  var send: (UnsafeRawBufferPointer) -> Void = { _ in }

  private(set) var state = RTCDtlsTransportState.new
  /// This side's role; nil before the first description of the peer.
  private(set) var role: DTLSRole?
  /// DTLS packets from before the peer's description.
  private(set) var earlyPackets: [[UInt8]] = []

  private let certificate: RTCCertificate
  private let thread: NetworkThread
  private var fingerprints: [RTCDtlsFingerprint] = []
  private var session: DTLSSession?
  private var srtp: SRTPSession?
  private var isClosed = false

  init(certificate: RTCCertificate, thread: NetworkThread) {
    self.certificate = certificate
    self.thread = thread
  }

  /// Sets the fingerprints of the peer's certificate and this side's role. DTLS begins as soon as there is a path. The role is
  /// fixed for the life of a transport, so the first one counts; later fingerprints must be of the same certificate.
  func setRemote(fingerprints: [RTCDtlsFingerprint], role: DTLSRole) {
    guard !isClosed, fingerprints != self.fingerprints || self.role == nil else { return }
    self.fingerprints = fingerprints
    self.role = self.role ?? role
    if let session {
      if !session.expect(fingerprints) { fail(.fingerprintMismatch) }
    } else {
      start()
    }
  }

  /// Begins DTLS if everything is there; to be called when there is a path.
  func start() {
    // An answer before there is a path would be lost, and OpenSSL would repeat it only much later.
    guard session == nil, let role, !isClosed, hasPath() else { return }
    do {
      let session = try DTLSSession(certificate: certificate, role: role, fingerprints: fingerprints, thread: thread) {
        [weak self] bytes in self?.send(bytes)
      }
      self.session = session
      session.onState = { [weak self] in self?.sessionChanged() }
      setState(.connecting)
      session.start()
      let early = earlyPackets
      earlyPackets = []
      for packet in early { packet.withUnsafeBytes { self.session?.receive($0) } }
    } catch {
      fail(error)
    }
  }

  /// Takes a DTLS packet of the peer.
  /// - Returns: false when it is too early to be used, and cannot be kept.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if let session {
      session.receive(bytes)
      return true
    }
    guard state == .new, earlyPackets.count < Self.earlyPacketLimit, bytes.count <= Self.largestEarlyPacket else {
      return false
    }
    earlyPackets.append(Array(bytes))
    start()
    return true
  }

  /// Sends the close_notify alert and forgets the keys. No event follows.
  func close() {
    isClosed = true
    onEvent = nil
    session?.close()
    session = nil
    srtp = nil
    earlyPackets = []
    state = .closed
  }

  // MARK: - Packets

  /// Whether packets can be protected.
  var hasKeys: Bool { srtp != nil }

  /// Protects a packet in place.
  /// - Parameter buffer: the packet of `length` bytes, and `RTPPacketBatch.trailerRoom` more.
  /// - Returns: the new length of the packet; nil without keys, and when it is no packet of its kind.
  func protect(_ buffer: UnsafeMutableRawBufferPointer, length: Int, isRTCP: Bool) -> Int? {
    if isRTCP { srtp?.protectRTCP(buffer, length: length) } else { srtp?.protectRTP(buffer, length: length) }
  }

  /// Checks a received packet and decrypts it in place.
  /// - Returns: the packet's length, or why it is refused; nil without keys.
  func unprotect(_ bytes: UnsafeMutableRawBufferPointer, isRTCP: Bool) -> Result<Int, SRTPRefusal>? {
    if isRTCP { srtp?.unprotectRTCP(bytes) } else { srtp?.unprotectRTP(bytes) }
  }

  // MARK: - For statistics

  /// IANA's name of the cipher suite, once connected.
  var cipher: String? { session?.cipher }

  /// IANA's name of the SRTP profile, once connected.
  var srtpCipher: String? { srtp?.profile.registeredName }

  /// The peer's certificate, once it has presented one.
  var remoteCertificate: TransportStatistics.Certificate? { session?.remoteCertificate }

  // MARK: - States

  private func sessionChanged() {
    guard let session, !isClosed else { return }
    switch session.state {
    case .connecting: break
    case .connected:
      guard let keys = session.exportKeys() else { return fail(.noCommonSRTPProfile) }
      do {
        srtp = try SRTPSession(keys: keys)
        setState(.connected)
      } catch {
        fail(error)
      }
    case .closed:
      srtp = nil
      onEvent?(.closedByPeer)
      setState(.closed)
    case .failed(let error): fail(error)
    }
  }

  private func fail(_ error: TransportError) {
    srtp = nil
    onEvent?(.failed(error))
    setState(.failed)
  }

  private func setState(_ new: RTCDtlsTransportState) {
    guard new != state, state != .closed else { return }
    state = new
    onEvent?(.dtlsState(new))
  }
}
