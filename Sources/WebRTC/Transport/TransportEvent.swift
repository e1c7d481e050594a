internal import SDP

/// Events of a transport. Always delivered from the thread's loop, never within a call by the owner.
enum TransportEvent: Sendable, Hashable {
  case candidate(ICECandidate, usernameFragment: String)
  case endOfCandidates(usernameFragment: String)
  case candidateError(RTCIceCandidateError)
  case gatheringState(RTCIceGathererState)
  case iceState(RTCIceTransportState)
  case dtlsState(RTCDtlsTransportState)
  case selectedPairChanged
  /// An ICE restart has succeeded; follows `selectedPairChanged`.
  case restarted
  /// Why ICE or DTLS has failed; precedes the state.
  case failed(TransportError)
  /// The peer closed the DTLS session by a close_notify alert.
  case closedByPeer
}

/// Why a transport cannot be created, or has failed.
enum TransportError: Error, Hashable, CustomStringConvertible {
  /// The peer's certificate matches no fingerprint of its description: a third party intercepts the connection, or descriptions
  /// were mixed up.
  case fingerprintMismatch
  /// The peer ended the DTLS handshake with an alert.
  case alert(String)
  /// The DTLS handshake failed; with OpenSSL's reason.
  case handshakeFailed(String)
  /// The peer offers none of the SRTP profiles.
  case noCommonSRTPProfile
  /// No candidate pair reaches the peer.
  case unreachable
  /// The peer has not answered for as long as consent lasts (RFC 7675).
  case consentExpired
  /// The peer sends connectivity checks from more addresses than a peer can have.
  case tooManyAddresses
  /// The transport is closed.
  case closed
  /// A library function failed.
  case library(function: String, status: Int)

  var description: String {
    switch self {
    case .fingerprintMismatch:
      "The peer's certificate does not have the fingerprint of its description: make sure that offer and answer belong together."
    case .alert(let alert): "The peer refused the DTLS handshake: \(alert)."
    case .handshakeFailed(let reason): "The DTLS handshake failed: \(reason)."
    case .noCommonSRTPProfile: "The peer supports neither AEAD_AES_128_GCM nor AES_CM_128_HMAC_SHA1_80 for SRTP."
    case .unreachable: "No address of the peer can be reached: check firewalls, or configure a TURN server."
    case .consentExpired: "The peer does not answer any more."
    case .tooManyAddresses:
      "The peer sends from more addresses than one peer can have: its packets are ignored from now on."
    case .closed: "The connection is closed."
    case .library(let function, let status): "The transport cannot be set up: \(function) failed with \(status)."
    }
  }
}
