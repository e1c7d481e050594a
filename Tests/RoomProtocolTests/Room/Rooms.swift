import RoomProtocol
import Testing

/// The service, with what it sends written as text.
struct Rooms {
  var service: RoomService
  var now = MonotonicTime(nanoseconds: 0)
  private var members: [RoomName: Set<String>] = [:]

  init(_ configuration: RoomConfiguration = RoomConfiguration()) { service = RoomService(configuration) }

  /// Performs a request. Returns what was sent: the receiver, the event and its arguments; and the reason of a refusal.
  mutating func ask(_ member: String, _ event: String, _ arguments: JSONValue...) throws -> [String] {
    let request = try #require(RoomRequest(event: event, arguments))
    var actions: [RoomAction] = []
    let answer = service.received(request, from: member, time: 1000, now: now, into: &actions)
    let reason = answer["ok"] == true ? [] : ["\(member)! \(answer["reason"]?.string ?? "?")"]
    return perform(actions) + reason
  }

  /// Performs a request, and returns its actions.
  mutating func actions(_ member: String, _ event: String, _ arguments: JSONValue...) throws -> [RoomAction] {
    var actions: [RoomAction] = []
    let request = try #require(RoomRequest(event: event, arguments))
    _ = service.received(request, from: member, time: 1000, now: now, into: &actions)
    return actions
  }

  mutating func lose(_ member: String) -> [String] {
    var actions: [RoomAction] = []
    service.disconnected(member, now: now, into: &actions)
    return perform(actions)
  }

  private mutating func perform(_ actions: [RoomAction]) -> [String] {
    var sent: [String] = []
    for action in actions {
      switch action {
      case .emit(let event, let member): sent.append("\(member): \(written(event))")
      case .deliver(let event, let members): for member in members { sent.append("\(member): \(written(event))") }
      case .broadcast(let event, let room, let except):
        for member in members[room, default: []].sorted() where member != except {
          sent.append("\(member): \(written(event))")
        }
      case .entered(let room, let member): members[room, default: []].insert(member)
      case .left(let room, let member): members[room]?.remove(member)
      }
    }
    return sent
  }

  private func written(_ event: RoomEvent) -> String {
    event.event + " "
      + event.arguments.map { text($0.text) }.joined(separator: " ").replacing("\\", with: "").replacing("\"", with: "")
  }
}
