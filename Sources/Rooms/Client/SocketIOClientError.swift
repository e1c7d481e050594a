internal import Media

/// Why a client is not, or no longer, connected, or cannot emit.
public enum SocketIOClientError: Error, Sendable, Equatable, CustomStringConvertible {
  case invalidURL(String)
  case certificates(file: String)
  /// The server does not answer.
  case unreachable(url: String, why: String)
  /// The proxy cannot be reached, or does not connect to the server.
  case proxy(url: String, why: String)
  /// The TLS handshake failed.
  case notTrusted(url: String, why: String)
  /// The response is not that of a Socket.IO server; with its HTTP status, if any.
  case noServer(url: String, status: Int?)
  /// The server refused this client, with its reason.
  case refused(url: String, message: String)
  /// The connection was lost.
  case lost(url: String)
  case disconnectedByServer(url: String)
  /// This client ended the connection.
  case disconnected
  case notConnected
  /// The send queue is full.
  case congested

  /// The reason in `notTrusted` for a server without TLS.
  package static let noTLS = "it does not speak TLS"

  public var description: String {
    switch self {
    case .invalidURL(let url):
      "\"\(url)\" is not the address of a room server; give "
        + (url.contains("://")
          ? "one like https://example.org or http://192.168.1.2:8080" : "https://\(url) or http://\(url)")
    case .certificates(let file): "cannot read certificates in PEM from \(file.readablePath); check the file"
    case .unreachable(let url, let why):
      "cannot reach the room server at \(url): \(why); check the address and that the server runs"
    case .proxy(let url, let why):
      "cannot reach the room server at \(url) through the proxy: \(why); check HTTPS_PROXY, or name the server in NO_PROXY"
    case .notTrusted(let url, let why):
      "cannot trust the room server at \(url): \(why); "
        + (why == Self.noTLS
          ? "check the address: that of a server without TLS begins with http://"
          : "check the address, or give a file with the authority's certificate")
    case .noServer(let url, let status):
      "what answers at \(url) is no room server\(status.map { " (HTTP status \($0))" } ?? ""); check address and path"
    case .refused(let url, let message):
      "the room server at \(url) does not let this client in\(message.isEmpty ? "" : ": \(message.onOneLine)")"
    case .lost(let url): "the connection to the room server at \(url) is lost"
    case .disconnectedByServer(let url): "the room server at \(url) ended the connection"
    case .disconnected: "the connection to the room server was ended"
    case .notConnected: "there is no connection to the room server now; wait until it is back"
    case .congested: "the room server receives more slowly than this client sends; wait until it has caught up"
    }
  }
}

extension String {
  /// Without control characters and line breaks, and at most 200 scalars long.
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
