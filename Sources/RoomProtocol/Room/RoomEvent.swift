/// What the room server sends to a client: an event's name and arguments.
public enum RoomEvent: Sendable, Equatable {
  /// You have joined as `id`. `info` has `role`, `name`, `locked` and `iceServers`; the reference server sends none.
  case joined(room: String, id: String, info: JSONObject?)
  /// The members who joined before you.
  case members(room: String, [RoomMember])
  case otherjoin(room: String, RoomMember)
  /// A member, possibly you, has a new name.
  case member(room: String, RoomMember)
  /// You may not join. Without a reason the room is full: the reference server gives none.
  case full(room: String, id: String, RoomRefusal?)
  /// You may not join because the room's name is invalid; `leaved` follows. Sent to reference pages instead of `full`, which
  /// they always read as a full room.
  case refused(room: String, id: String, RoomRefusal)
  case leaved(room: String, id: String)
  case bye(room: String, id: String)
  case message(room: String, data: JSONValue)
  case chat(room: String, RoomChat)
  /// The chat before you joined, the oldest line first. Sent before `members`, and not to reference pages.
  case history(room: String, [RoomChat])
  /// The publisher deleted the chat history: members who join later do not get it.
  case cleared(room: String)
  /// You are removed, by the publisher if there is no reason; `leaved` follows.
  case removed(room: String, id: String, RoomRemoval? = nil)
  case locked(room: String, Bool)

  /// Reads an event; nil if it is unknown or lacks an argument.
  public init?(event: String, _ arguments: [JSONValue]) {
    guard let room = arguments.first?.string else { return nil }
    let second = arguments.count > 1 ? arguments[1] : .null
    let third = arguments.count > 2 ? arguments[2] : .null
    switch (event, second) {
    case ("joined", .string(let id)): self = .joined(room: room, id: id, info: third.object)
    case ("members", .array(let members)): self = .members(room: room, members.compactMap { RoomMember($0) })
    case ("otherjoin", .string(let id)):
      self = .otherjoin(room: room, RoomMember(third, id: id) ?? RoomMember(id: id, role: .member, name: nil))
    case ("member", let member):
      guard let member = RoomMember(member) else { return nil }
      self = .member(room: room, member)
    case ("full", .string(let id)):
      self = .full(room: room, id: id, third["reason"]?.string.flatMap(RoomRefusal.init))
    case ("refused", .string(let id)):
      guard let reason = third["reason"]?.string.flatMap(RoomRefusal.init) else { return nil }
      self = .refused(room: room, id: id, reason)
    case ("leaved", .string(let id)): self = .leaved(room: room, id: id)
    case ("bye", .string(let id)): self = .bye(room: room, id: id)
    case ("message", let data): self = .message(room: room, data: data)
    case ("chat", let chat):
      guard let chat = RoomChat(chat) else { return nil }
      self = .chat(room: room, chat)
    case ("history", .array(let lines)): self = .history(room: room, lines.compactMap { RoomChat($0) })
    case ("cleared", _): self = .cleared(room: room)
    case ("removed", .string(let id)):
      self = .removed(room: room, id: id, third["reason"]?.string.flatMap(RoomRemoval.init))
    case ("locked", .bool(let isLocked)): self = .locked(room: room, isLocked)
    default: return nil
    }
  }

  /// The room that the event is about.
  public var room: String {
    switch self {
    case .joined(let room, _, _), .members(let room, _), .otherjoin(let room, _), .full(let room, _, _),
      .refused(let room, _, _), .leaved(let room, _), .bye(let room, _), .message(let room, _), .chat(let room, _),
      .history(let room, _), .cleared(let room), .removed(let room, _, _), .locked(let room, _), .member(let room, _):
      room
    }
  }

  public var event: String {
    switch self {
    case .joined: "joined"
    case .members: "members"
    case .otherjoin: "otherjoin"
    case .member: "member"
    case .full: "full"
    case .refused: "refused"
    case .leaved: "leaved"
    case .bye: "bye"
    case .message: "message"
    case .chat: "chat"
    case .history: "history"
    case .cleared: "cleared"
    case .removed: "removed"
    case .locked: "locked"
    }
  }

  public var arguments: [JSONValue] {
    switch self {
    case .joined(let room, let id, let info): [.string(room), .string(id)] + (info.map { [.object($0)] } ?? [])
    case .members(let room, let members): [.string(room), .array(members.map(\.value))]
    case .otherjoin(let room, let member): [.string(room), .string(member.id), .object(member.info)]
    case .member(let room, let member): [.string(room), member.value]
    case .full(let room, let id, let reason):
      [.string(room), .string(id)] + (reason.map { [["reason": .string($0.rawValue)]] } ?? [])
    case .refused(let room, let id, let reason): [.string(room), .string(id), ["reason": .string(reason.rawValue)]]
    case .removed(let room, let id, let reason):
      [.string(room), .string(id)] + (reason.map { [["reason": .string($0.rawValue)]] } ?? [])
    case .leaved(let room, let id), .bye(let room, let id): [.string(room), .string(id)]
    case .message(let room, let data): [.string(room), data]
    case .chat(let room, let chat): [.string(room), chat.value]
    case .history(let room, let lines): [.string(room), .array(lines.map(\.value))]
    case .cleared(let room): [.string(room)]
    case .locked(let room, let isLocked): [.string(room), .bool(isLocked)]
    }
  }

  /// The event as Socket.IO sends it, encoded once for all receivers.
  package var frames: [EngineIOFrame] { SocketIOPacket(event: event, arguments).frames }
}
