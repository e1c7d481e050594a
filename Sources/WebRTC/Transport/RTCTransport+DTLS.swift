internal import Media
internal import SDP

extension RTCTransport {
  /// Sets the fingerprints of the peer's certificate and this side's role. DTLS begins as soon as there is a path. The role is
  /// fixed for the life of a transport, so the first one counts; later fingerprints must be of the same certificate.
  func setRemote(fingerprints: [RTCDtlsFingerprint], role: DTLSRole) {
    guard !isClosed, fingerprints != remoteFingerprints || self.role == nil else { return }
    remoteFingerprints = fingerprints
    self.role = self.role ?? role
    if let dtls {
      if !dtls.expect(fingerprints) { fail(.fingerprintMismatch) }
    } else {
      startDTLS()
    }
  }

  /// Whether packets can be sent: there are keys and a path.
  var isWritable: Bool { srtp != nil && current.path != nil }

  func startDTLS() {
    // An answer before there is a path would be lost, and OpenSSL would repeat it only much later.
    guard dtls == nil, let role, !isClosed, current.path != nil else { return }
    do {
      let session = try DTLSSession(
        certificate: configuration.certificate, role: role, fingerprints: remoteFingerprints, thread: thread
      ) { [weak self] bytes in self?.sendUnprotected(bytes) }
      dtls = session
      session.onState = { [weak self] in self?.dtlsChanged() }
      setDTLSState(.connecting)
      session.start()
      let early = earlyPackets
      earlyPackets = []
      for packet in early { packet.withUnsafeBytes { dtls?.receive($0) } }
    } catch {
      fail(error)
    }
  }

  private func dtlsChanged() {
    guard let dtls else { return }
    switch dtls.state {
    case .connecting: break
    case .connected:
      guard let keys = dtls.exportKeys() else { return fail(.noCommonSRTPProfile) }
      do {
        srtp = try SRTPSession(keys: keys)
        setDTLSState(.connected)
      } catch {
        fail(error)
      }
    case .closed:
      guard !isClosed else { return }
      srtp = nil
      emit(.closedByPeer)
      setDTLSState(.closed)
    case .failed(let error): fail(error)
    }
  }

  private func fail(_ error: RTCTransportError) {
    srtp = nil
    emit(.failed(error))
    setDTLSState(.failed)
  }

  private func sendUnprotected(_ bytes: UnsafeRawBufferPointer) {
    guard let path = current.path, path.send(bytes) else {
      counters.packetsDiscardedOnSend += 1
      return
    }
    countSent(packets: 1, bytes: bytes.count)
  }
}
