internal import Digest
internal import Foundation
internal import RoomProtocol

/// A TURN server that shares a secret with this one, and what members need to use it. Source: coturn's `use-auth-secret`,
/// draft-uberti-behave-turn-rest-00.
public struct TURNServer: Sendable {
  /// How long credentials hold, in seconds.
  public static let lifetime = 3600

  /// The same, of this one's.
  let lifetime: Int
  private let uris: [String]
  private let key: [UInt8]

  /// - Parameters:
  ///   - uris: `turn:` and `turns:` URIs, and for STUN alone `stun:`.
  ///   - secret: coturn's `static-auth-secret`.
  public init(uris: [String], secret: String) { self.init(uris: uris, secret: secret, lifetime: Self.lifetime) }

  /// - Parameter lifetime: how long credentials hold, in seconds.
  package init(uris: [String], secret: String, lifetime: Int) {
    self.uris = uris
    self.lifetime = lifetime
    key = Array(secret.utf8)
  }

  /// A member's own ICE servers, in the form of `RTCConfiguration.iceServers`.
  /// - Parameter time: seconds since 1970.
  func iceServers(for member: String, time: Int) -> JSONValue {
    let user = "\(time + lifetime):\(member)"
    let code = SHA1.authenticationCode(for: Array(user.utf8), key: key)
    return [
      [
        "urls": .array(uris.map { .string($0) }), "username": .string(user),
        "credential": .string(Data(code).base64EncodedString()),
      ]
    ]
  }
}
