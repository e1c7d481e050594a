internal import RTP

/// The streams of a sender that moves to another transport. They begin anew there, numbers and all, which a receiver takes
/// from new streams only.
struct MovedSources: Sendable {
  var transport: TransportID
  var ssrc: SSRC
  var rtxSSRC: SSRC
}
