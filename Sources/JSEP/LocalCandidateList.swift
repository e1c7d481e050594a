internal import SDP

/// The candidates that a transport has gathered with one set of ICE credentials.
struct LocalCandidateList: Sendable {
  var transport: TransportID
  var usernameFragment: String
  var candidates: [ICECandidate] = []
  var isComplete = false
}
