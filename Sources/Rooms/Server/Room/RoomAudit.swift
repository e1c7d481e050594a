internal import RoomProtocol

/// What the log says of rooms: who came in and went, was taken out or not let in, and who locked them. Lives on the server's event loop.
struct RoomAudit {
  private struct Place: Hashable {
    let room: RoomName
    let member: String
  }

  private struct Presence {
    let member: RoomMember
    let client: ClientAddress
  }

  let log: AuditLog?
  private var present: [Place: Presence] = [:]

  init(_ log: AuditLog?) { self.log = log }

  /// Looks at what the room service decided, for what is to be written down.
  /// - Parameters:
  ///   - actions: what is to be done.
  ///   - socket: whose request or end it follows from; nil where time has decided.
  ///   - member: gives who is in a room, and where from.
  mutating func note(
    _ actions: [RoomAction], by socket: SocketIOSocket?,
    member: (RoomName, String) -> (RoomMember, ClientAddress)?
  ) {
    guard let log else { return }
    var removals: [String: String] = [:]
    for action in actions {
      switch action {
      case .entered(let room, let id):
        guard let (member, client) = member(room, id) else { continue }
        let presence = Presence(member: member, client: client)
        present[Place(room: room, member: id)] = presence
        log.write("joined", Self.members(presence, room))
      case .emit(.removed(_, let id, let reason), _): removals[id] = reason?.rawValue ?? "presenter"
      case .left(let room, let id):
        guard let presence = present.removeValue(forKey: Place(room: room, member: id)) else { continue }
        guard let reason = removals[id] else {
          log.write("left", Self.members(presence, room))
          continue
        }
        var members = Self.members(presence, room)
        members.append(("reason", .string(reason)))
        if reason == "presenter", let socket { members.append(("by", .string(Self.short(socket.id)))) }
        log.write("removed", members)
      case .broadcast(.locked(let name, let isLocked), let room, _):
        guard let socket, name == room.description, let presence = present[Place(room: room, member: socket.id)] else {
          continue
        }
        log.write(isLocked ? "locked" : "unlocked", Self.members(presence, room))
      case .emit, .deliver, .broadcast: continue
      }
    }
  }

  /// The server ends, and with it the stay of a client in its rooms.
  mutating func ended(_ id: String) {
    for (place, presence) in present where place.member == id {
      log?.write("left", Self.members(presence, place.room))
      present[place] = nil
    }
  }

  /// What stands of a request that was refused beside the address and the reason; nil where that is nobody's concern.
  static func members(of request: RoomRequest, _ reason: RoomRefusal) -> [(String, JSONValue)]? {
    switch (request, reason) {
    case (.join(let room, let join), _):
      let role = join?.role ?? .member
      let name = join?.name.map { [("name", JSONValue.string(ServerLog.harmless($0, count: 64)))] } ?? []
      return [("room", .string(shown(room))), ("role", .string(role.rawValue))] + name
    case (.remove(let room, _), .role), (.lock(let room, _), .role), (.clear(let room), .role):
      return [("room", .string(shown(room))), ("request", .string(request.event))]
    default: return nil
    }
  }

  private static func members(_ presence: Presence, _ room: RoomName) -> [(String, JSONValue)] {
    [
      ("address", .string(presence.client.address)), ("room", .string(shown(room.description))),
      ("role", .string(presence.member.role.rawValue)), ("session", .string(short(presence.member.id))),
    ] + (presence.member.name.map { [("name", .string(ServerLog.harmless($0, count: 64)))] } ?? [])
  }

  /// Enough to know a stay by, and too little to reach anyone.
  private static func short(_ id: String) -> String { String(id.prefix(8)) }

  /// A room's name, of a random one only the beginning: it lets in who knows it.
  private static func shown(_ room: String) -> String {
    let isRandom = room.utf8.count == 26 && room.utf8.allSatisfy { $0 &- 97 < 26 || $0 &- 50 < 6 }
    return isRandom ? "\(room.prefix(8))…" : ServerLog.harmless(room, count: 64)
  }
}
