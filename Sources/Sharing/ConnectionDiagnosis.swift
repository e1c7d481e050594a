internal import WebRTC

/// Why a viewer cannot be reached, in words that say what to do, from what is known of its connection.
struct ConnectionDiagnosis {
  /// What the connection itself says.
  var error: RTCError?
  /// What the ICE servers said.
  var serverErrors: [RTCIceCandidateError] = []
  /// Whether there is any address here that the viewer was told.
  var hasLocalCandidates = false
  /// Whether packets have come through before.
  var wasConnected = false
  /// Whether any TURN server was to be used, and whether one gave an address.
  var hasRelay = false
  var relayWorks = false
  /// Whether the viewer's browser named an address, or was heard from one.
  var hasRemoteCandidates = false
  /// Whether relays alone are to be used.
  var isRelayOnly = false

  var words: String {
    let turn = serverErrors.first { $0.url.hasPrefix("turn") }
    if wasConnected || error?.errorDetail != nil { return error?.message ?? "The connection was lost." }
    if isRelayOnly, !relayWorks, let turn { return "No relay: \(turn.message)" }
    if isRelayOnly, !hasRelay { return "Only relays are to be used, and there is none: give one by --ice-server." }
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
