internal import Digest
internal import Foundation
internal import RoomProtocol

/// A TURN server that shares a secret with this server, and the credentials for it. Source: coturn's `use-auth-secret`,
/// draft-uberti-behave-turn-rest-00.
public struct TURNServer: Sendable {
  /// The default lifetime of credentials, in seconds.
  public static let lifetime = 3600

  /// The lifetime of credentials, in seconds.
  let lifetime: Int
  private let uris: [String]
  private let key: [UInt8]
  /// The key for user names, which are derived from it instead of the secret itself.
  private let nameKey: [UInt8]

  /// - Parameters:
  ///   - uris: `turn:` and `turns:` URIs, and `stun:` for STUN only.
  ///   - secret: coturn's `static-auth-secret`.
  public init(uris: [String], secret: String) { self.init(uris: uris, secret: secret, lifetime: Self.lifetime) }

  /// - Parameters:
  ///   - uris: as RFC 7065 writes them.
  ///   - secret: shared with the TURN server.
  ///   - lifetime: of credentials, in seconds.
  package init(uris: [String], secret: String, lifetime: Int) {
    self.uris = uris
    self.lifetime = lifetime
    key = Array(secret.utf8)
    nameKey = SHA1.authenticationCode(for: Array("names of users".utf8), key: key)
  }

  /// The ICE servers for a room's members at one address, in the form of `RTCConfiguration.iceServers`.
  ///
  /// All of them are the same user to the TURN server, so that its quota per user limits them together.
  /// - Parameter time: seconds since 1970.
  func iceServers(for room: RoomName, _ client: ClientAddress, time: Int) -> JSONValue {
    let name = SHA1.authenticationCode(for: Array("\(room) \(client)".utf8), key: nameKey)
    let user = "\(time + lifetime):\(Self.hexadecimal(name.prefix(10)))"
    let code = SHA1.authenticationCode(for: Array(user.utf8), key: key)
    return [
      [
        "urls": .array(uris.map { .string($0) }), "username": .string(user),
        "credential": .string(Data(code).base64EncodedString()),
      ]
    ]
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
