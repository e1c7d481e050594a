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
