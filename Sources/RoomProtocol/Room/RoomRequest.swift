/// What a client sends to the room server: an event's name and arguments.
package enum RoomRequest: Sendable, Equatable {
  /// Join a room; a reference page sends no `RoomJoin`.
  case join(room: String, RoomJoin?)
  case leave(room: String)
  /// Forward `data` to the member that its `to` names, or to all others.
  case message(room: String, data: JSONValue)
  case chat(room: String, text: String)
  /// Delete the chat history, which members who join later would get. For publishers.
  case clear(room: String)
  /// Change this client's name.
  case name(room: String, String)
  /// Remove a member. For publishers.
  case remove(room: String, id: String)
  /// Lock or unlock the room for new members. For publishers.
  case lock(room: String, Bool)

  /// Reads an event; nil if it is unknown or lacks an argument.
  package init?(event: String, _ arguments: [JSONValue]) {
    guard let room = arguments.first?.string else { return nil }
    let second = arguments.count > 1 ? arguments[1] : nil
    switch event {
    case "join": self = .join(room: room, second.map(RoomJoin.init))
    case "leave": self = .leave(room: room)
    case "message":
      guard let second else { return nil }
      self = .message(room: room, data: second)
    case "chat":
      guard let text = second?.string else { return nil }
      self = .chat(room: room, text: text)
    case "clear": self = .clear(room: room)
    case "name":
      guard let name = second?.string else { return nil }
      self = .name(room: room, name)
    case "remove":
      guard let id = second?.string else { return nil }
      self = .remove(room: room, id: id)
    case "lock":
      guard let isLocked = second?.bool else { return nil }
      self = .lock(room: room, isLocked)
    default: return nil
    }
  }

  package var event: String {
    switch self {
    case .join: "join"
    case .leave: "leave"
    case .message: "message"
    case .chat: "chat"
    case .clear: "clear"
    case .name: "name"
    case .remove: "remove"
    case .lock: "lock"
    }
  }

  package var arguments: [JSONValue] {
    switch self {
    case .join(let room, let join): [.string(room)] + (join.map { [$0.value] } ?? [])
    case .leave(let room), .clear(let room): [.string(room)]
    case .message(let room, let data): [.string(room), data]
    case .chat(let room, let text): [.string(room), .string(text)]
    case .name(let room, let name): [.string(room), .string(name)]
    case .remove(let room, let id): [.string(room), .string(id)]
    case .lock(let room, let isLocked): [.string(room), .bool(isLocked)]
    }
  }
}

/// Why the room server refuses a client's request; the raw values go over the wire.
public enum RoomRefusal: String, Error, Sendable, CaseIterable {
  /// The room is full.
  case full
  /// The publisher has locked the room.
  case locked
  /// The token is missing or wrong.
  case token
  /// The room allows one publisher, and has one, or keeps the place of one whose connection was lost minutes ago.
  case publisher
  /// The room's name is invalid.
  case name
  /// The server allows only other rooms.
  case closed
  /// The server has too many rooms, or this client is in too many.
  case rooms
  /// The client is not in that room.
  case room
  /// There is no such member.
  case member
  /// The client's role does not allow it.
  case role
  /// The text is empty or too long.
  case length
  /// The client makes such requests too often.
  case rate
  /// The event is unknown, or its arguments are invalid.
  case request
}
