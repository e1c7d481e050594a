internal import SDP

/// The negotiated session state, which a rollback restores.
struct NegotiationSession: Sendable {
  struct Section: Sendable {
    var mid: String
    /// Whether the description has this MID; old peers omit it.
    var isNamed = true
    var kind: SDPMedia.Kind
    /// nil for data sections and rejected ones.
    var transceiver: TransceiverID?
    /// Its transport by the offer.
    var offeredTransport: TransportID?
    /// Its transport after the answer.
    var transport: TransportID?
  }

  struct Transport: Sendable {
    /// The MID of the section that carried the transport's attributes when it was established. Browsers create a new
    /// transport when another section does so; this side does the same.
    var tag: String?
    var local: ICEParameters?
    var remote: ICEParameters?
    var remoteFingerprints: [RTCDtlsFingerprint] = []
    var remoteIsLite = false
    var role: DTLSRole?
    /// The remote candidates added for the credentials above.
    var candidates: [ICECandidate] = []
    var hasEnd = false
  }

  var sections: [Section] = []
  var transports: [TransportID: Transport] = [:]
  var numbers = RTPNumbers()
  /// The transport of the negotiated bundle.
  var bundle: TransportID?
  /// Whether this side made the first offer.
  var isOfferer: Bool?

  func section(named mid: String) -> Int? { sections.firstIndex { $0.mid == mid } }
}
