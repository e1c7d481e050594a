/// A STUN or TURN server with its credentials (W3C WebRTC §4.2.4).
public struct RTCIceServer: Sendable, Hashable {
  /// `stun:`, `turn:` and `turns:` URLs (RFC 7064, RFC 7065) of the same server.
  public var urls: [String]
  /// Required for `turn:` and `turns:`. With time-limited credentials: the expiry time, a colon, a name.
  public var username: String?
  /// The password.
  public var credential: String?

  public init(urls: [String], username: String? = nil, credential: String? = nil) {
    self.urls = urls
    self.username = username
    self.credential = credential
  }

  /// Parses and checks the URLs.
  /// - Throws: `RTCIceServerError` with a name from W3C WebRTC §4.4.1.6.
  func parsedURLs() throws(RTCIceServerError) -> [RTCIceServerURL] {
    guard !urls.isEmpty else { throw .syntax(url: "", reason: "an ICE server needs at least one URL") }
    var parsed: [RTCIceServerURL] = []
    for text in urls {
      let url = try RTCIceServerURL(text)
      if url.scheme != .stun, username == nil || credential == nil { throw .missingCredentials(url: text) }
      if url.scheme != .stun, (username ?? "").utf8.count > 509 {
        throw .syntax(url: text, reason: "its user name is longer than 509 bytes")
      }
      parsed.append(url)
    }
    return parsed
  }
}

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
