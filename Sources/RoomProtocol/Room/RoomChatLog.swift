/// The last lines of a room's chat, for those who come later: as many as fit into a number of bytes.
struct RoomChatLog: Sendable {
  private(set) var lines: [RoomChat] = []
  /// What the lines take, as they are sent.
  private(set) var bytes = 0

  /// Adds a line, and lets go of the oldest ones for which there is no room any more.
  mutating func append(_ line: RoomChat, limit: Int) {
    lines.append(line)
    bytes += line.bytes
    trim(to: limit)
  }

  /// Lets go of the oldest lines until the others take no more than `limit` bytes.
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

extension RoomService {
  /// The last lines of a room's chat, the oldest first.
  public func chatHistory(of room: RoomName) -> [RoomChat] { rooms[room]?.chat.lines ?? [] }

  /// Passes a line on to everybody, and keeps it for those who come later.
  mutating func say(
    _ text: String, from member: RoomMember, in room: RoomName, time: Double, into actions: inout [RoomAction]
  ) {
    let line = RoomChat(id: member.id, name: member.name, text: text, time: time)
    actions.append(.broadcast(.chat(room: room.description, line), room: room, except: nil))
    guard let before = rooms[room]?.chat.bytes else { return }
    rooms[room]?.chat.append(line, limit: configuration.chatHistoryBytes)
    chatBytes += (rooms[room]?.chat.bytes ?? 0) - before
    guard chatBytes > configuration.allChatHistoryBytes else { return }
    // To half of what there may be, so that it is not done for every line.
    let share = configuration.allChatHistoryBytes / 2 / max(rooms.count, 1)
    for name in rooms.keys { rooms[name]?.chat.trim(to: share) }
    chatBytes = rooms.values.reduce(0) { $0 + $1.chat.bytes }
  }

  /// Forgets what was said.
  mutating func clearChat(of room: RoomName, into actions: inout [RoomAction]) {
    chatBytes -= rooms[room]?.chat.bytes ?? 0
    rooms[room]?.chat = RoomChatLog()
    actions.append(.broadcast(.cleared(room: room.description), room: room, except: nil))
  }

  /// Tells one who came what was said before. Pages of the reference protocol do not ask for it, and know no such event.
  func tellHistory(to membership: Membership, in name: RoomName, into actions: inout [RoomAction]) {
    guard !membership.isReferencePage, let lines = rooms[name]?.chat.lines, !lines.isEmpty else { return }
    actions.append(.emit(.history(room: name.description, lines), to: membership.member.id))
  }
}
