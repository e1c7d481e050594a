/// The DTLS role in an offer or answer: `setup`. Source: RFC 4145 §4, RFC 8842 §5.3.
package enum DTLSSetup: String, Sendable, Hashable {
  /// This side sends the ClientHello.
  case active
  /// The other side sends the ClientHello.
  case passive
  /// The answerer chooses.
  case actpass
  case holdconn
}
