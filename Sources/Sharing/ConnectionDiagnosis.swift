internal import WebRTC

/// Why a viewer cannot be reached and what to do about it, derived from the state of its connection.
struct ConnectionDiagnosis {
  /// The connection's own error.
  var error: RTCError?
  var serverErrors: [RTCIceCandidateError] = []
  /// Whether any local candidate was signalled.
  var hasLocalCandidates = false
  /// Whether the connection has been connected before.
  var wasConnected = false
  /// Whether a TURN server is configured.
  var hasRelay = false
  /// Whether a TURN server gave a relayed candidate.
  var relayWorks = false
  /// Whether there is a signalled or a peer-reflexive candidate of the viewer.
  var hasRemoteCandidates = false
  /// Whether only relayed candidates may be used.
  var isRelayOnly = false
  /// What to do when only relays may be used and none is configured.
  var relayAdvice = ScreenShare.relayAdvice

  var message: String {
    let turn = serverErrors.first { $0.url.hasPrefix("turn") }
    if wasConnected || error?.errorDetail != nil { return error?.message ?? "The connection was lost." }
    if isRelayOnly, !relayWorks, let turn { return "No relay: \(turn.message)" }
    if isRelayOnly, !hasRelay { return "Only relays are to be used, and there is none: \(relayAdvice)." }
    if !hasLocalCandidates { return "This machine has no address to be reached at: check its network." }
    if relayWorks { return "Neither a direct way nor the relay (TURN) leads there: a firewall may be blocking UDP." }
    if let turn { return "No direct way (UDP) leads there, and the relay is no help: \(turn.message)" }
    if hasRelay { return "No direct way (UDP) leads there, and the relay (TURN) gave no address." }
    if !hasRemoteCandidates {
      return "Its browser hides its addresses, and nothing comes from it by UDP, which a firewall may be blocking: "
        + "a relay (TURN) is needed."
    }
    return "No direct way (UDP) leads there, and there is no relay: give a TURN server."
  }
}
