internal import SDP

/// A created description that is not set yet, with the effects of setting it.
struct NegotiationDraft: Sendable {
  enum Kind { case offer, answer }

  var kind: Kind
  var description: SessionDescription
  /// The session after the description is set.
  var session: NegotiationSession
  var nextTransport: Int
  var nextMID: Int
}
