/// A side's role in the DTLS handshake. Source: RFC 8842 §5.3.
package enum DTLSRole: Sendable, Hashable {
  /// Sends the ClientHello: `a=setup:active`.
  case client
  /// Waits for it: `a=setup:passive`.
  case server

  /// The role's `setup` value in an answer.
  package var setup: DTLSSetup { self == .client ? .active : .passive }
}
