internal import SDP

/// What offer and answer have settled, and a rollback goes back to.
struct NegotiationSession: Sendable {
  struct Section: Sendable {
    var mid: String
    /// Whether the description says so; old peers name no sections.
    var isNamed = true
    var kind: SDPMedia.Kind
    /// nil where there is none: of data, and rejected.
    var transceiver: TransceiverID?
    /// Its own, by the offer.
    var offeredTransport: TransportID?
    /// The one it ends up on, by the answer.
    var transport: TransportID?
  }

  struct Transport: Sendable {
    /// The section that named the way when the transport came up. Browsers make a new transport when another does, so this
    /// side does as well.
    var tag: String?
    var local: ICEParameters?
    var remote: ICEParameters?
    var remoteFingerprints: [RTCDtlsFingerprint] = []
    var remoteIsLite = false
    var role: DTLSRole?
    /// What was given to be tried, of the remote credentials above.
    var candidates: [ICECandidate] = []
    var hasEnd = false
  }

  var sections: [Section] = []
  var transports: [TransportID: Transport] = [:]
  var numbers = RTPNumbers()
  /// The transport of the bundle that was agreed on.
  var bundle: TransportID?
  /// Whether this side made the first offer.
  var isOfferer: Bool?

  func section(named mid: String) -> Int? { sections.firstIndex { $0.mid == mid } }
}
