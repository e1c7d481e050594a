/// The query of an HTTP request to Engine.IO.
package struct EngineIORequest: Sendable, Equatable {
  package let version: EngineIOVersion
  package let transport: EngineIOTransport
  /// The session that the request belongs to; nil for a new one.
  package let sessionID: String?
  /// Whether the client accepts only text bodies (`b64=1`, version 3).
  package let wantsBase64: Bool

  package init(
    version: EngineIOVersion, transport: EngineIOTransport, sessionID: String? = nil, wantsBase64: Bool = false
  ) {
    self.version = version
    self.transport = transport
    self.sessionID = sessionID
    self.wantsBase64 = wantsBase64
  }

  /// Reads the part of a URL after its `?`. JSONP, which only browsers without XMLHttpRequest need, is refused.
  package init(query: some StringProtocol) throws(EngineIORefusal) {
    var values: [Substring: Substring] = [:]
    for part in Substring(query).split(separator: "&", maxSplits: 32) {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      values[pair[0]] = pair.count > 1 ? pair[1] : ""
    }
    guard let transport = values["transport"].flatMap({ EngineIOTransport(rawValue: String($0)) }) else {
      throw .unknownTransport
    }
    guard let version = values["EIO"].flatMap({ UInt8($0) }).flatMap(EngineIOVersion.init) else {
      throw .unsupportedVersion
    }
    if let id = values["sid"] {
      guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy(\.isUnreserved) else { throw .badRequest }
    }
    guard values["j"] == nil else { throw .badRequest }
    self.init(
      version: version, transport: transport, sessionID: values["sid"].map(String.init),
      wantsBase64: ["1", "true"].contains(values["b64"] ?? ""))
  }

  /// The query, without a `?`.
  package var query: String {
    "EIO=\(version.rawValue)&transport=\(transport.rawValue)" + (sessionID.map { "&sid=\(Self.escaped($0))" } ?? "")
      + (wantsBase64 ? "&b64=1" : "")
  }

  /// Session ids of other servers may need percent-encoding.
  private static func escaped(_ id: String) -> String {
    id.utf8.map { byte in
      byte.isUnreserved
        ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}

extension UInt8 {
  /// Whether it is an unreserved character of a URL (RFC 3986 §2.3).
  fileprivate var isUnreserved: Bool {
    self &- 48 < 10 || (self | 0x20) &- 97 < 26 || [0x2D, 0x2E, 0x5F, 0x7E].contains(self)
  }
}

/// Engine.IO's two transports.
public enum EngineIOTransport: String, Sendable {
  case polling
  case webSocket = "websocket"
}

/// The version of Engine.IO, as a client names it in `EIO=`.
public enum EngineIOVersion: UInt8, Sendable {
  /// Of socket.io 1 and 2; the client sends the pings.
  case v3 = 3
  /// Of socket.io 3 and 4; the server sends the pings.
  case v4 = 4
}

/// Why an HTTP request is refused; the raw values are Engine.IO's codes.
package enum EngineIORefusal: Int, Error, Sendable {
  case unknownTransport, unknownSession, badHandshakeMethod, badRequest, forbidden, unsupportedVersion

  package var message: String {
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
  package var status: Int { self == .forbidden ? 403 : 400 }

  /// The answer's body, which is `application/json`.
  package var body: [UInt8] {
    JSONValue.object(["code": .number(Double(rawValue)), "message": .string(message)]).text
  }
}
