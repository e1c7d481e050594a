/// What a client says of itself when it joins.
public struct RoomJoin: Sendable, Equatable {
  public var role: RoomRole
  public var name: String?
  /// The secret that lets it in, where the room server asks for one.
  public var token: String?
  /// A random text of the client's own, which is a secret: when it joins again with the same, its former membership ends first,
  /// and the presenter's place is its own again. A program that is to have its place back when it is started anew keeps it.
  public var session: String?
  /// What else was said.
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

  /// Reads the second argument of `join`: an object, or a text that is the token. Anything else says nothing.
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

  /// Whether this is a page of the reference protocol's, which says neither what it does nor which session it is.
  var saysNothing: Bool { role == .member && session == nil }

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
