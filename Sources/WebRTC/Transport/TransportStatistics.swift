internal import COpenSSL
internal import Media
internal import RTP
internal import SDP

/// A snapshot of a transport, from which the webrtc-stats objects transport, candidate-pair, local-candidate, remote-candidate
/// and certificate are made.
struct TransportStatistics {
  struct Certificate: Hashable {
    var fingerprint: RTCDtlsFingerprint
    /// DER.
    var encoded: [UInt8]
  }

  var traffic = TransportTraffic()
  var iceState = RTCIceTransportState.new
  var dtlsState = RTCDtlsTransportState.new
  var isControlling = false
  /// Nil before it is negotiated.
  var dtlsRole: DTLSRole?
  /// IANA's name of the cipher suite.
  var dtlsCipher: String?
  /// IANA's name of the SRTP profile.
  var srtpCipher: String?
  var localUsernameFragment = ""
  var remoteUsernameFragment = ""
  var localCandidates: [ICECandidate] = []
  /// The candidates that the peer signalled, and that of the selected pair.
  var remoteCandidates: [ICECandidate] = []
  /// The nominated pair in use. libnice does not report other pairs.
  var selectedPair: (local: ICECandidate, remote: ICECandidate)?
  /// The server of the server-reflexive candidates, if only one is configured; likewise for relayed ones.
  var reflexiveServer: RTCIceServerURL?
  var relayServer: RTCIceServerURL?
  var localCertificate: Certificate?
  var remoteCertificate: Certificate?
}

extension TransportStatistics {
  /// The statistics under their W3C names: of the transport, its candidates, the selected pair and the certificates.
  /// - Parameters:
  ///   - id: of the transport; the other ids begin with it.
  ///   - roundTripTime: in seconds, from RTCP, since libnice does not report that of its checks.
  ///   - availableBitrate: the estimated bits a second of the path, to the peer.
  ///   - timestamp: converts to milliseconds since 1970.
  /// Source: W3C webrtc-stats §8.
  func report(
    id: String, now: MediaTime, roundTripTime: Double? = nil, availableBitrate: Double? = nil,
    timestamp: (MediaTime) -> Double
  ) -> [any RTCStats] {
    let time = timestamp(now)
    let (counters, before) = (traffic.counters, traffic.countersAtSelection)
    func candidateID(_ index: Int, isLocal: Bool) -> String {
      "\(id)-\(isLocal ? "local" : "remote")-\(isLocal ? localUsernameFragment : remoteUsernameFragment)-\(index)"
    }
    var stats: [any RTCStats] = []
    var transport = RTCTransportStats(id: id, timestamp: time, dtlsState: dtlsState.rawValue)
    transport.packetsSent = counters.packetsSent
    transport.packetsReceived = counters.packetsReceived
    transport.bytesSent = counters.bytesSent
    transport.bytesReceived = counters.bytesReceived
    transport.iceRole = isControlling ? "controlling" : "controlled"
    transport.iceLocalUsernameFragment = localUsernameFragment
    transport.iceState = iceState.rawValue
    transport.dtlsCipher = dtlsCipher
    transport.dtlsRole = dtlsRole.map { $0 == .client ? "client" : "server" }
    transport.tlsVersion = dtlsCipher == nil ? nil : "FEFD"
    transport.srtpCipher = srtpCipher
    transport.selectedCandidatePairChanges = UInt64(traffic.selectedPairChanges)

    for (candidates, isLocal) in [(localCandidates, true), (remoteCandidates, false)] {
      for (index, candidate) in candidates.enumerated() {
        stats.append(
          candidateStats(
            candidate, id: candidateID(index, isLocal: isLocal), isLocal: isLocal, transport: id, timestamp: time))
      }
    }
    if let selectedPair, let local = localCandidates.firstIndex(where: selectedPair.local.hasSameTransportAddress),
      let remote = remoteCandidates.firstIndex(where: selectedPair.remote.hasSameTransportAddress)
    {
      let (localID, remoteID) = (candidateID(local, isLocal: true), candidateID(remote, isLocal: false))
      var pair = RTCIceCandidatePairStats(
        id: "\(localID)_\(remoteID)", timestamp: time, transportId: id, localCandidateId: localID,
        remoteCandidateId: remoteID, state: "succeeded")
      pair.nominated = true
      pair.packetsSent = counters.packetsSent - before.packetsSent
      pair.packetsReceived = counters.packetsReceived - before.packetsReceived
      pair.bytesSent = counters.bytesSent - before.bytesSent
      pair.bytesReceived = counters.bytesReceived - before.bytesReceived
      pair.lastPacketSentTimestamp = traffic.lastSent.map(timestamp)
      pair.lastPacketReceivedTimestamp = traffic.lastReceived.map(timestamp)
      pair.currentRoundTripTime = roundTripTime
      pair.availableOutgoingBitrate = availableBitrate
      transport.selectedCandidatePairId = pair.id
      stats.append(pair)
    }
    for (certificate, name) in [(localCertificate, "local"), (remoteCertificate, "remote")] {
      guard let certificate else { continue }
      let certificateID = "\(id)-certificate-\(name)"
      if name == "local" {
        transport.localCertificateId = certificateID
      } else {
        transport.remoteCertificateId = certificateID
      }
      stats.append(
        RTCCertificateStats(
          id: certificateID, timestamp: time, fingerprint: certificate.fingerprint.value,
          fingerprintAlgorithm: certificate.fingerprint.algorithm, base64Certificate: Self.base64(certificate.encoded)))
    }
    return [transport] + stats
  }

  private func candidateStats(
    _ candidate: ICECandidate, id: String, isLocal: Bool, transport: String, timestamp: Double
  ) -> RTCIceCandidateStats {
    var stats = RTCIceCandidateStats(
      id: id, type: isLocal ? .localCandidate : .remoteCandidate, timestamp: timestamp, transportId: transport,
      candidateType: "\(candidate.kind)")
    // As in browsers: a peer-reflexive address stays hidden, since the peer did not signal it.
    stats.address = isLocal || candidate.kind != .peerReflexive ? candidate.address : nil
    stats.port = Int(candidate.port)
    stats.protocol = "\(candidate.transport)"
    stats.priority = Int(candidate.priority)
    stats.foundation = candidate.foundation
    stats.relatedAddress = candidate.relatedAddress
    stats.relatedPort = candidate.relatedPort.map(Int.init)
    stats.usernameFragment = isLocal ? localUsernameFragment : remoteUsernameFragment
    stats.tcpType = candidate.tcpType?.rawValue
    if isLocal, candidate.kind == .relayed {
      stats.url = relayServer?.text
      stats.relayProtocol = relayServer?.transport.rawValue
    }
    if isLocal, candidate.kind == .serverReflexive { stats.url = reflexiveServer?.text }
    return stats
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let encoded = [UInt8](unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4 + 1) { buffer, count in
      count = Int(EVP_EncodeBlock(buffer.baseAddress, bytes, Int32(bytes.count)))
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}
