/// Why an HTTP request is refused; the raw values are Engine.IO's codes.
public enum EngineIORefusal: Int, Error, Sendable {
  case unknownTransport, unknownSession, badHandshakeMethod, badRequest, forbidden, unsupportedVersion

  public var message: String {
    switch self {
    case .unknownTransport: "Transport unknown"
    case .unknownSession: "Session ID unknown"
    case .badHandshakeMethod: "Bad handshake method"
    case .badRequest: "Bad request"
    case .forbidden: "Forbidden"
    case .unsupportedVersion: "Unsupported protocol version"
    }
  }

  /// The HTTP status of the answer.
  public var status: Int { self == .forbidden ? 403 : 400 }

  /// The answer's body, which is `application/json`.
  public var body: [UInt8] {
    JSONValue.object(["code": .number(Double(rawValue)), "message": .string(message)]).text
  }
}
