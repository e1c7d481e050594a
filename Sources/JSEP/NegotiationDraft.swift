internal import SDP

/// A description that was made and may be set, with what setting it will mean.
struct NegotiationDraft: Sendable {
  enum Kind { case offer, answer }

  var kind: Kind
  var description: SessionDescription
  /// The session as it will be.
  var session: NegotiationSession
  var nextTransport: Int
  var nextMID: Int
}
