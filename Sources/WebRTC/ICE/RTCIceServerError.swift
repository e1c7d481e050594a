/// An ICE server's configuration that cannot be used.
public enum RTCIceServerError: Error, Hashable, CustomStringConvertible {
  /// W3C's SyntaxError.
  case syntax(url: String, reason: String)
  /// W3C's InvalidAccessError: a TURN server without user name or credential.
  case missingCredentials(url: String)

  /// The error's name in the W3C specification.
  public var name: String {
    switch self {
    case .syntax: "SyntaxError"
    case .missingCredentials: "InvalidAccessError"
    }
  }

  public var description: String {
    switch self {
    case .syntax(let url, let reason): "The ICE server \"\(url)\" cannot be used: \(reason)."
    case .missingCredentials(let url): "The TURN server \"\(url)\" needs a user name and a credential."
    }
  }
}
