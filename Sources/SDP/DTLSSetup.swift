/// Who begins the DTLS handshake: `setup`. Source: RFC 4145 §4, RFC 8842 §5.3.
public enum DTLSSetup: String, Sendable, Hashable {
  /// This side begins.
  case active
  /// The other side begins.
  case passive
  /// The answer is to say.
  case actpass
  case holdconn
}
