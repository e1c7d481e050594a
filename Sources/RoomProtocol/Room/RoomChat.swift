/// One line of a room's chat, as it is delivered.
public struct RoomChat: Sendable, Equatable {
  /// The member who wrote it.
  public let id: String
  public let name: String?
  public let text: String
  /// Milliseconds since 1970, by the server's clock.
  public let time: Double

  public init(id: String, name: String?, text: String, time: Double) {
    self.id = id
    self.name = name
    self.text = text
    self.time = time
  }

  public init?(_ value: JSONValue) {
    guard let id = value["id"]?.string, let text = value["text"]?.string, let time = value["time"]?.number else {
      return nil
    }
    self.init(id: id, name: value["name"]?.string, text: text, time: time)
  }

  public var value: JSONValue {
    var object: JSONObject = ["id": .string(id)]
    object["name"] = name.map { .string($0) }
    object["text"] = .string(text)
    object["time"] = .number(time)
    return .object(object)
  }
}

/// The last lines of a room's chat, for members who join later: as many as fit into a number of bytes.
struct RoomChatLog: Sendable {
  private(set) var lines: [RoomChat] = []
  /// The size of the lines, as JSON text.
  private(set) var bytes = 0

  /// Adds a line, and drops the oldest ones that exceed `limit` bytes.
  mutating func append(_ line: RoomChat, limit: Int) {
    lines.append(line)
    bytes += line.bytes
    trim(to: limit)
  }

  /// Drops the oldest lines until the others take at most `limit` bytes.
  mutating func trim(to limit: Int) {
    var count = 0
    while bytes > limit, count < lines.count {
      bytes -= lines[count].bytes
      count += 1
    }
    lines.removeFirst(count)
  }
}

extension RoomChat {
  fileprivate var bytes: Int { value.text.count }
}

// MARK: The chat of a room

extension RoomService {
  /// The last lines of a room's chat, the oldest first.
  public func chatHistory(of room: RoomName) -> [RoomChat] { rooms[room]?.chat.lines ?? [] }

  /// Sends a line to everybody in the room, and keeps it for members who join later.
  mutating func addChat(
    _ text: String, from member: RoomMember, in room: RoomName, time: Double, into actions: inout [RoomAction]
  ) {
    let line = RoomChat(id: member.id, name: member.name, text: text, time: time)
    actions.append(.broadcast(.chat(room: room.description, line), room: room, except: nil))
    guard let before = rooms[room]?.chat.bytes else { return }
    rooms[room]?.chat.append(line, limit: configuration.chatHistoryBytes)
    chatBytes += (rooms[room]?.chat.bytes ?? 0) - before
    guard chatBytes > configuration.allChatHistoryBytes else { return }
    // To half the limit, so that not every line trims all rooms.
    let share = configuration.allChatHistoryBytes / 2 / max(rooms.count, 1)
    for name in rooms.keys { rooms[name]?.chat.trim(to: share) }
    chatBytes = rooms.values.reduce(0) { $0 + $1.chat.bytes }
  }

  /// Deletes the chat history.
  mutating func clearChat(of room: RoomName, into actions: inout [RoomAction]) {
    chatBytes -= rooms[room]?.chat.bytes ?? 0
    rooms[room]?.chat = RoomChatLog()
    actions.append(.broadcast(.cleared(room: room.description), room: room, except: nil))
  }

  /// Sends the chat history to a member who has joined; not to reference pages, which do not know the event.
  func sendHistory(to membership: Membership, in name: RoomName, into actions: inout [RoomAction]) {
    guard !membership.isReferencePage, let lines = rooms[name]?.chat.lines, !lines.isEmpty else { return }
    actions.append(.emit(.history(room: name.description, lines), to: membership.member.id))
  }
}
