internal import SDP

/// What a transport has gathered under one set of credentials.
struct LocalCandidateList: Sendable {
  var transport: TransportID
  var usernameFragment: String
  var candidates: [ICECandidate] = []
  var isComplete = false
}
