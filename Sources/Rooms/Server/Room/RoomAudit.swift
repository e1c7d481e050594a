internal import RoomProtocol

/// Writes room events to the audit log: joins, departures, removals, refusals and locks. Lives on the server's event loop.
struct RoomAudit {
  private struct PresenceKey: Hashable {
    let room: RoomName
    let member: String
  }

  private struct Presence {
    let member: RoomMember
    let client: ClientAddress
  }

  let log: AuditLog?
  private var present: [PresenceKey: Presence] = [:]

  init(_ log: AuditLog?) { self.log = log }

  /// Logs the room service's actions.
  /// - Parameters:
  ///   - actions: the actions, before they are performed.
  ///   - socket: the socket whose request or disconnection caused them; nil for a timeout.
  ///   - member: returns a member of a room and its address.
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
        present[PresenceKey(room: room, member: id)] = presence
        log.write("joined", Self.members(presence, room))
      case .emit(.removed(_, let id, let reason), _): removals[id] = reason?.rawValue ?? "presenter"
      case .left(let room, let id):
        guard let presence = present.removeValue(forKey: PresenceKey(room: room, member: id)) else { continue }
        guard let reason = removals[id] else {
          log.write("left", Self.members(presence, room))
          continue
        }
        var members = Self.members(presence, room)
        members.append(("reason", .string(reason)))
        if reason == "presenter", let socket { members.append(("by", .string(Self.short(socket.id)))) }
        log.write("removed", members)
      case .broadcast(.locked(let name, let isLocked), let room, _):
        guard let socket, name == room.description,
          let presence = present[PresenceKey(room: room, member: socket.id)]
        else { continue }
        log.write(isLocked ? "locked" : "unlocked", Self.members(presence, room))
      case .emit, .deliver, .broadcast: continue
      }
    }
  }

  /// Logs that a client leaves its rooms because the server stops.
  mutating func ended(_ id: String) {
    for (key, presence) in present where key.member == id {
      log?.write("left", Self.members(presence, key.room))
      present[key] = nil
    }
  }

  /// The JSON members of a refused request besides address and reason; nil for a refusal that is not logged.
  static func members(of request: RoomRequest, _ reason: RoomRefusal) -> [(String, JSONValue)]? {
    switch (request, reason) {
    case (.join(let room, let join), _):
      let role = join?.role ?? .member
      let name = join?.name.map { [("name", JSONValue.string(ServerLog.sanitized($0, count: 64)))] } ?? []
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
    ] + (presence.member.name.map { [("name", .string(ServerLog.sanitized($0, count: 64)))] } ?? [])
  }

  /// Enough to identify a session in the log, too little to address it.
  private static func short(_ id: String) -> String { String(id.prefix(8)) }

  /// A room's name; only the beginning of a random one, because knowing it is enough to join.
  private static func shown(_ room: String) -> String {
    let isRandom = room.utf8.count == 26 && room.utf8.allSatisfy { $0 &- 97 < 26 || $0 &- 50 < 6 }
    return isRandom ? "\(room.prefix(8))…" : ServerLog.sanitized(room, count: 64)
  }
}
