package import SDP

/// The negotiated result of one transport, which carries one media section or a bundle.
package struct NegotiatedTransport: Sendable, Hashable, Identifiable {
  package var id: TransportID
  /// The MIDs of its sections. Candidates are signalled with the first.
  package var mids: [String]
  /// The local credentials in the current description; gathering may start.
  package var local: ICEParameters
  /// The remote credentials, once both descriptions are set; checks may start. Changed credentials mean an ICE restart.
  package var remote: ICEParameters?
  package var remoteFingerprints: [RTCDtlsFingerprint]
  /// Whether the other side is ICE lite, so that this side is controlling.
  package var remoteIsLite: Bool
  /// This side's DTLS role, once negotiated; it never changes.
  package var role: DTLSRole?
  /// Whether this side made the first offer, or the other is lite. Source: RFC 8445 §6.1.1.
  package var isControlling: Bool
}
