internal import RTP

/// The new SSRCs of a sender that moves to another transport. Its sequence numbers restart there, which a receiver
/// accepts only from new SSRCs.
struct MovedSources: Sendable {
  var transport: TransportID
  var ssrc: SSRC
  var rtxSSRC: SSRC
}
