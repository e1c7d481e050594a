/// Who begins the DTLS handshake (RFC 8842).
enum DTLSRole: Sendable, Hashable {
  /// Sends the ClientHello: `a=setup:active`.
  case client
  /// Waits for it: `a=setup:passive`.
  case server
}
