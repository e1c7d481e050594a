/// A member, as the others in the room know it.
public struct RoomMember: Sendable, Equatable {
  /// The id that messages are addressed to.
  public let id: String
  public let role: RoomRole
  public let name: String?

  public init(id: String, role: RoomRole, name: String?) {
    self.id = id
    self.role = role
    self.name = name
  }

  /// Reads an element of `members` or, with `id`, the third argument of `otherjoin`; nil without an id. An unknown role
  /// is `.member`.
  public init?(_ value: JSONValue, id: String? = nil) {
    guard let id = id ?? value["id"]?.string else { return nil }
    self.init(id: id, role: value["role"]?.string.flatMap(RoomRole.init) ?? .member, name: value["name"]?.string)
  }

  /// Role and name, as `otherjoin` carries them.
  public var info: JSONObject {
    var info: JSONObject = ["role": .string(role.rawValue)]
    info["name"] = name.map { .string($0) }
    return info
  }

  /// An element of `members`.
  public var value: JSONValue { .object(JSONObject([("id", .string(id))] + info.members.map { ($0.key, $0.value) })) }
}

/// What a member does in a room.
public enum RoomRole: String, Sendable {
  /// Shares a screen. A room has more than one only if publishers need their own token or a grant.
  case publisher
  /// Watches.
  case viewer
  /// Not specified: a page of the reference protocol, in which both ends are equal.
  case member
}

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
