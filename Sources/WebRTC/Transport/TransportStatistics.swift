internal import Media
internal import SDP

/// How a transport is at a moment: what webrtc-stats' transport, candidate-pair, local-candidate, remote-candidate and
/// certificate are made of.
struct TransportStatistics {
  struct Certificate: Hashable {
    var fingerprint: RTCDtlsFingerprint
    /// DER.
    var encoded: [UInt8]
  }

  var counters = TransportCounters()
  /// What `counters` were when the selected pair came into use.
  var countersAtSelection = TransportCounters()
  var iceState = RTCIceTransportState.new
  var dtlsState = RTCDtlsTransportState.new
  var isControlling = false
  /// Nil before the descriptions have settled it.
  var dtlsRole: DTLSRole?
  /// IANA's name of the cipher suite.
  var dtlsCipher: String?
  /// IANA's name of the SRTP profile.
  var srtpCipher: String?
  var localUsernameFragment = ""
  var remoteUsernameFragment = ""
  var selectedPairChanges = 0
  var localCandidates: [ICECandidate] = []
  /// Those that the peer told, and the one that is used if it did not tell it.
  var remoteCandidates: [ICECandidate] = []
  /// Nominated and in use. libnice does not tell of other pairs.
  var selectedPair: (local: ICECandidate, remote: ICECandidate)?
  /// The server that reflexive candidates are from, if there is but one that they can be from; likewise for relayed ones.
  var reflexiveServer: RTCIceServerURL?
  var relayServer: RTCIceServerURL?
  var lastPacketSent: MediaTime?
  var lastPacketReceived: MediaTime?
  var localCertificate: Certificate?
  var remoteCertificate: Certificate?
}
