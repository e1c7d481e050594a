/// Leave to be in one room for a while. Who has a key of the server's gives it away as a token, and need not give away the key.
public struct RoomGrant: Sendable, Equatable {
  public var room: RoomName
  /// What its bearer may do there: who may share may watch, too.
  public var role: RoomRole
  /// In seconds since 1970.
  public var expires: Int
  public var notBefore: Int?
  /// What its bearer is called there; nil for what they say themselves.
  public var name: String?

  private static let latest = Double(1 << 52)

  public init(room: RoomName, role: RoomRole, expires: Int, notBefore: Int? = nil, name: String? = nil) {
    self.room = room
    self.role = role
    self.expires = expires
    self.notBefore = notBefore
    self.name = name
  }

  /// Reads what `value` has written; nil for anything else.
  public init?(_ value: JSONValue) {
    func seconds(_ key: String) -> Int? {
      value[key]?.number.flatMap { (0...Self.latest).contains($0) ? Int($0) : nil }
    }
    guard let room = value["room"]?.string.flatMap({ RoomName($0) }),
      let role = value["role"]?.string.flatMap(RoomRole.init), role != .member, let expires = seconds("exp")
    else { return nil }
    let notBefore = seconds("nbf")
    guard notBefore != nil || value["nbf"] == nil else { return nil }
    self.init(room: room, role: role, expires: expires, notBefore: notBefore, name: value["name"]?.string)
  }

  public var value: JSONValue {
    var object: JSONObject = [
      "room": .string(room.description), "role": .string(role.rawValue), "exp": .number(Double(expires)),
    ]
    object["nbf"] = notBefore.map { .number(Double($0)) }
    object["name"] = name.map { .string($0) }
    return .object(object)
  }

  /// Whether its bearer may be in `room` with this role.
  /// - Parameter time: in seconds since 1970.
  func allows(_ role: RoomRole, in room: RoomName, at time: Double) -> Bool {
    room == self.room && (role != .publisher || self.role == .publisher) && time < Double(expires)
      && time >= Double(notBefore ?? 0)
  }
}

/// A grant that a token has, and the key that it was made with.
public struct KeyedGrant: Sendable, Equatable {
  /// Tells the key from every other, also from a later one of the same name.
  public var key: Int
  public var grant: RoomGrant

  public init(key: Int, grant: RoomGrant) {
    self.key = key
    self.grant = grant
  }
}

extension RoomService {
  /// Members whose grant has ended, or whose key is none any more.
  /// - Parameter keys: those that there are.
  public func membersWithoutGrant(
    keys: Set<Int>, now: MonotonicTime
  ) -> [(member: String, room: RoomName, reason: RoomRemoval)] {
    rooms.flatMap { name, room in
      room.members.values.compactMap { membership in
        guard let leave = membership.leave else { return nil }
        if leave.until <= now { return (membership.member.id, name, .expired) }
        return keys.contains(leave.key) ? nil : (membership.member.id, name, .revoked)
      }
    }
  }

  /// Takes a member out of a room that it may not be in any more, and tells it why.
  public mutating func expel(
    _ member: String, from room: RoomName, _ reason: RoomRemoval, into actions: inout [RoomAction]
  ) {
    remove(member, from: room, reason, into: &actions)
  }
}
