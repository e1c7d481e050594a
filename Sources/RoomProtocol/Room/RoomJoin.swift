/// What a client says about itself when it joins.
public struct RoomJoin: Sendable, Equatable {
  public var role: RoomRole
  public var name: String?
  /// The token, if the room server requires one.
  public var token: String?
  /// A random secret of the client. A client that joins again with it replaces its former membership, and gets back its
  /// place as publisher. A program that needs its place after a restart stores it.
  public var session: String?
  /// The other members of the object.
  public var unknown: JSONObject

  public init(
    role: RoomRole = .member, name: String? = nil, token: String? = nil, session: String? = nil,
    unknown: JSONObject = [:]
  ) {
    self.role = role
    self.name = name
    self.token = token
    self.session = session
    self.unknown = unknown
  }

  /// Reads the second argument of `join`: an object, or a string that is the token. Ignores anything else.
  public init(_ value: JSONValue?) {
    self.init()
    guard let object = value?.object else {
      token = value?.string
      return
    }
    role = object["role"]?.string.flatMap(RoomRole.init) ?? .member
    name = object["name"]?.string
    token = object["token"]?.string
    session = object["session"]?.string
    unknown = object
    for key in ["role", "name", "token", "session"] { unknown[key] = nil }
  }

  /// Whether this is a reference page, which sends neither role nor session.
  var isReferencePage: Bool { role == .member && session == nil }

  /// The second argument of `join`.
  public var value: JSONValue {
    var object: JSONObject = ["role": .string(role.rawValue)]
    object["name"] = name.map { .string($0) }
    object["token"] = token.map { .string($0) }
    object["session"] = session.map { .string($0) }
    for member in unknown.members { object[member.key] = member.value }
    return .object(object)
  }
}
