public import SDP

/// What is agreed on for one transport, which carries one section or a bundle of them.
public struct NegotiatedTransport: Sendable, Hashable, Identifiable {
  public var id: TransportID
  /// The sections on it. Candidates go by the name of the first.
  public var mids: [String]
  /// This side's credentials of the description that is set; gathering may begin.
  public var local: ICEParameters
  /// The other side's, once both descriptions are set; checks may begin. Others than before mean that ICE restarts.
  public var remote: ICEParameters?
  public var remoteFingerprints: [RTCDtlsFingerprint]
  /// Whether the other side only answers checks, so that this one is in control.
  public var remoteIsLite: Bool
  /// This side's part in DTLS, once agreed on; it never changes.
  public var role: DTLSRole?
  /// Whether this side made the first offer, or the other is lite. Source: RFC 8445 §6.1.1.
  public var isControlling: Bool
}
