internal import Digest
internal import Foundation
public import RoomProtocol
internal import Synchronization

/// The named keys that authenticate grants. They may be changed while a server uses them.
///
/// A grant is a token of four parts: `oriel1.KEY.PAYLOAD.MAC`: the key's name; a JSON object `{room, role, exp, nbf?, name?}` with
/// times in seconds since 1970; and HMAC-SHA-256 over everything before the last dot. Payload and MAC are in base64url without
/// padding.
public final class GrantKeys: Sendable {
  private static let version = "oriel1"
  private static let limits = JSONLimits(depth: 2, values: 16)

  private struct Key {
    let bytes: [UInt8]
    let number: Int
  }

  private struct State {
    var keys: [String: Key] = [:]
    var lastNumber = 0
  }

  private let state = Mutex(State())

  /// - Parameter keys: by name (see `isName`).
  public init(_ keys: [String: String]) { replace(by: keys) }

  /// The numbers of the current keys; a number is never reused.
  var numbers: Set<Int> { state.withLock { Set($0.keys.values.map(\.number)) } }

  /// Replaces all keys. Members whose grant was made with a removed or changed key are removed within a second.
  public func replace(by keys: [String: String]) {
    state.withLock { state in
      let former = state.keys
      state.keys = keys.mapValues { text in Key(bytes: Array(text.utf8), number: 0) }
      for (name, key) in state.keys {
        if let same = former[name], same.bytes == key.bytes {
          state.keys[name] = same
        } else {
          state.lastNumber += 1
          state.keys[name] = Key(bytes: key.bytes, number: state.lastNumber)
        }
      }
    }
  }

  /// Whether `text` is a valid name for a key: 1 to 32 ASCII letters, digits, `_` and `-`.
  public static func isName(_ text: String) -> Bool { text.utf8.count <= 32 && RoomName(text) != nil }

  /// Makes the token of a grant.
  /// - Parameters:
  ///   - grant: what the token permits.
  ///   - name: the key's name at the server.
  ///   - key: the key itself.
  public static func token(for grant: RoomGrant, name: String, key: String) -> String {
    let signed = "\(version).\(name).\(base64url(grant.value.text))"
    return "\(signed).\(base64url(SHA256.authenticationCode(for: Array(signed.utf8), key: Array(key.utf8))))"
  }

  /// The grant in a token; nil for an invalid token or an unknown key. Does not check the grant's time.
  public func grant(in token: String) -> KeyedGrant? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4, parts[0] == Self.version, let key = state.withLock({ $0.keys[parts[1]] }) else {
      return nil
    }
    let code = SHA256.authenticationCode(for: Array(parts[0...2].joined(separator: ".").utf8), key: key.bytes)
    // The payload is parsed only after its MAC was verified.
    guard Secret(Self.base64url(code))?.matches(parts[3]) == true,
      let payload = Self.bytes(base64url: parts[2]),
      let value = try? JSONValue(parsing: String(decoding: payload, as: UTF8.self), limits: Self.limits),
      let grant = RoomGrant(value)
    else { return nil }
    return KeyedGrant(key: key.number, grant: grant)
  }

  private static func base64url(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  private static func bytes(base64url text: String) -> Data? {
    let text = text.replacing("-", with: "+").replacing("_", with: "/")
    return Data(base64Encoded: text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4))
  }
}
