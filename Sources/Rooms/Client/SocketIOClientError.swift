/// Why a client is not, or no longer, connected, or cannot do what it is asked for.
public enum SocketIOClientError: Error, Sendable, Equatable, CustomStringConvertible {
  case invalidURL(String)
  case certificates(file: String)
  /// Nobody answers.
  case unreachable(url: String, why: String)
  /// The way leads through a proxy, and that does not lead there.
  case proxy(url: String, why: String)
  /// The connection is not a safe one.
  case notTrusted(url: String, why: String)
  /// Somebody answers, but no Socket.IO server does; by which status, if any.
  case noServer(url: String, status: Int?)
  /// The server says why it does not let this client in.
  case refused(url: String, message: String)
  /// The connection is gone.
  case lost(url: String)
  /// The server ended it.
  case disconnectedByServer(url: String)
  /// The client was told to end it.
  case disconnected
  case notConnected
  /// Too much waits to be sent already.
  case congested

  /// Why a server without TLS is not trusted.
  static let noTLS = "it does not speak TLS"

  public var description: String {
    switch self {
    case .invalidURL(let url):
      "\"\(url)\" is not the address of a room server; give "
        + (url.contains("://")
          ? "one like https://example.org or http://192.168.1.2:8080" : "https://\(url) or http://\(url)")
    case .certificates(let file): "cannot read certificates in PEM from \(file); check the file"
    case .unreachable(let url, let why):
      "cannot reach the room server at \(url): \(why); check the address and that the server runs"
    case .proxy(let url, let why):
      "cannot reach the room server at \(url) through the proxy: \(why); check HTTPS_PROXY, or name the server in NO_PROXY"
    case .notTrusted(let url, let why):
      "cannot trust the room server at \(url): \(why); "
        + (why == Self.noTLS
          ? "check the address: that of a server without TLS begins with http://"
          : "check the address, or name a file with the certificate that vouches for it (--ca-file)")
    case .noServer(let url, let status):
      "what answers at \(url) is no room server\(status.map { " (HTTP status \($0))" } ?? ""); check address and path"
    case .refused(let url, let message):
      "the room server at \(url) does not let this client in\(message.isEmpty ? "" : ": \(message.onOneLine)")"
    case .lost(let url): "the connection to the room server at \(url) is lost"
    case .disconnectedByServer(let url): "the room server at \(url) ended the connection"
    case .disconnected: "the connection to the room server was ended"
    case .notConnected: "there is no connection to the room server now; wait until it is back"
    case .congested: "the room server takes less than is sent to it; wait until it has caught up"
    }
  }
}

extension String {
  /// Without what would disturb where it is shown, and not too long.
  fileprivate var onOneLine: String {
    let scalars = unicodeScalars.lazy.map { scalar -> Unicode.Scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: " "
      default: scalar
      }
    }
    return String(String.UnicodeScalarView(scalars.prefix(200)))
  }
}
