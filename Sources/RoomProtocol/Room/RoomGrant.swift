/// Permission to be in one room for a limited time. The owner of a server key passes it on as a token, not the key.
public struct RoomGrant: Sendable, Equatable {
  public var room: RoomName
  /// What the bearer may do there: a publisher may also join as a viewer.
  public var role: RoomRole
  /// Seconds since 1970.
  public var expires: Int
  public var notBefore: Int?
  /// The bearer's name there; nil if the bearer may choose it.
  public var name: String?

  private static let latest = Double(1 << 52)

  public init(room: RoomName, role: RoomRole, expires: Int, notBefore: Int? = nil, name: String? = nil) {
    self.room = room
    self.role = role
    self.expires = expires
    self.notBefore = notBefore
    self.name = name
  }

  /// Reads a grant as `value` writes it; nil for anything else.
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

  /// Whether the bearer may be in `room` with this role.
  /// - Parameter time: seconds since 1970.
  func allows(_ role: RoomRole, in room: RoomName, at time: Double) -> Bool {
    room == self.room && (role != .publisher || self.role == .publisher) && time < Double(expires)
      && time >= Double(notBefore ?? 0)
  }
}

/// The grant in a token, and the key that it was made with.
public struct KeyedGrant: Sendable, Equatable {
  /// Identifies the key; a later key of the same name has another number.
  public var key: Int
  public var grant: RoomGrant

  public init(key: Int, grant: RoomGrant) {
    self.key = key
    self.grant = grant
  }
}

extension RoomService {
  /// Members whose grant has expired at `now`, or whose key is not one of the valid `keys`.
  public func membersWithoutGrant(
    keys: Set<Int>, now: MonotonicTime
  ) -> [(member: String, room: RoomName, reason: RoomRemoval)] {
    rooms.flatMap { name, room in
      room.members.values.compactMap { membership in
        guard let grant = membership.grant else { return nil }
        if grant.until <= now { return (membership.member.id, name, .expired) }
        return keys.contains(grant.key) ? nil : (membership.member.id, name, .revoked)
      }
    }
  }

  /// Removes a member that may no longer be in a room, and sends it the reason.
  public mutating func expel(
    _ member: String, from room: RoomName, _ reason: RoomRemoval, into actions: inout [RoomAction]
  ) {
    remove(member, from: room, reason, into: &actions)
  }
}

/// Why the server removes a member from a room; the raw values go over the wire.
public enum RoomRemoval: String, Sendable, CaseIterable {
  /// Its grant has expired.
  case expired
  /// The key of its grant was revoked.
  case revoked
  /// It joined again over another connection.
  case replaced
}
