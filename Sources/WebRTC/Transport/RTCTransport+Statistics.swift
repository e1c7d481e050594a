internal import RTP
internal import SDP

extension RTCTransport {
  func statistics() -> TransportStatistics {
    var statistics = TransportStatistics()
    statistics.counters = counters
    statistics.iceState = iceState
    statistics.dtlsState = dtlsState
    statistics.isControlling = current.isControlling
    statistics.dtlsRole = role
    statistics.dtlsCipher = dtls?.cipher
    statistics.srtpCipher = srtp?.profile.registeredName
    statistics.localUsernameFragment = current.localParameters.usernameFragment
    statistics.remoteUsernameFragment = current.remoteParameters?.usernameFragment ?? ""
    statistics.countersAtSelection = countersAtSelection
    statistics.reflexiveServer = current.onlyServer(.stun)
    statistics.relayServer = current.onlyServer(.turn)
    statistics.selectedPairChanges = selectedPairChanges
    statistics.localCandidates = current.localCandidates
    statistics.remoteCandidates = current.remoteCandidates
    statistics.lastPacketSent = lastSent
    statistics.lastPacketReceived = lastReceived
    if let pair = current.selectedPair {
      statistics.selectedPair = pair
      if !statistics.localCandidates.contains(where: pair.local.hasSameTransportAddress) {
        statistics.localCandidates.append(pair.local)
      }
      if !statistics.remoteCandidates.contains(where: pair.remote.hasSameTransportAddress) {
        statistics.remoteCandidates.append(pair.remote)
      }
    }
    let own = configuration.certificate
    statistics.localCertificate = own.getFingerprints().first.map { .init(fingerprint: $0, encoded: own.encoded) }
    statistics.remoteCertificate = dtls?.remoteCertificate
    return statistics
  }
}
