internal import Media
internal import SDP

/// A snapshot of a transport, from which the webrtc-stats objects transport, candidate-pair, local-candidate, remote-candidate
/// and certificate are made.
struct TransportStatistics {
  struct Certificate: Hashable {
    var fingerprint: RTCDtlsFingerprint
    /// DER.
    var encoded: [UInt8]
  }

  var counters = TransportCounters()
  /// The value of `counters` when the current pair was selected.
  var countersAtSelection = TransportCounters()
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
  var selectedPairChanges = 0
  var localCandidates: [ICECandidate] = []
  /// The candidates that the peer signalled, and that of the selected pair.
  var remoteCandidates: [ICECandidate] = []
  /// The nominated pair in use. libnice does not report other pairs.
  var selectedPair: (local: ICECandidate, remote: ICECandidate)?
  /// The server of the server-reflexive candidates, if only one is configured; likewise for relayed ones.
  var reflexiveServer: RTCIceServerURL?
  var relayServer: RTCIceServerURL?
  var lastPacketSent: MediaTime?
  var lastPacketReceived: MediaTime?
  var localCertificate: Certificate?
  var remoteCertificate: Certificate?
}
