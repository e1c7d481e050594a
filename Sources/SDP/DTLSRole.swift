/// A side's role in the DTLS handshake. Source: RFC 8842 §5.3.
public enum DTLSRole: Sendable, Hashable {
  /// Sends the ClientHello: `a=setup:active`.
  case client
  /// Waits for it: `a=setup:passive`.
  case server

  /// The role's `setup` value in an answer.
  public var setup: DTLSSetup { self == .client ? .active : .passive }
}
