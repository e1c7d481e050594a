import RoomProtocol
import Testing

@Suite struct RoomMessageTests {
  @Test(
    arguments: [
      ("join", ["r"], .join(room: "r", nil)),
      ("join", ["r", "secret"], .join(room: "r", RoomJoin(token: "secret"))),
      (
        "join", ["r", ["role": "viewer", "name": "Ann", "token": "t", "session": "s", "colour": "red"]],
        .join(
          room: "r", RoomJoin(role: .viewer, name: "Ann", token: "t", session: "s", unknown: ["colour": "red"]))
      ),
      ("join", ["r", ["role": "king", "name": 1]], .join(room: "r", RoomJoin())),
      ("join", ["r", 7], .join(room: "r", RoomJoin())), ("leave", ["r", 1], .leave(room: "r")),
      ("message", ["r", ["a": 1]], .message(room: "r", data: ["a": 1])),
      ("message", ["r", "text"], .message(room: "r", data: "text")),
      ("chat", ["r", "hi"], .chat(room: "r", text: "hi")),
      ("name", ["r", "Bob"], .name(room: "r", "Bob")), ("remove", ["r", "id"], .remove(room: "r", id: "id")),
      ("lock", ["r", true], .lock(room: "r", true)), ("clear", ["r"], .clear(room: "r")),
    ] as [(String, [JSONValue], RoomRequest)])
  func `a valid request is read`(event: String, arguments: [JSONValue], request: RoomRequest) {
    #expect(RoomRequest(event: event, arguments) == request)
    #expect(request.event == event)
    #expect(RoomRequest(event: event, request.arguments) == request)
  }

  @Test(
    arguments: [
      ("join", []), ("join", [1]), ("leave", [["r"]]), ("message", ["r"]), ("chat", ["r"]), ("chat", ["r", 1]),
      ("name", ["r", .null]), ("remove", ["r", 1]), ("lock", ["r", "true"]), ("joined", ["r"]), ("", ["r"]),
    ] as [(String, [JSONValue])])
  func `an invalid request is refused`(event: String, arguments: [JSONValue]) {
    #expect(RoomRequest(event: event, arguments) == nil)
  }

  @Test(
    arguments: [
      ("joined", ["r", "id"], .joined(room: "r", id: "id", info: nil)),
      ("joined", ["r", "id", ["new": 1]], .joined(room: "r", id: "id", info: ["new": 1])),
      (
        "members", ["r", [["id": "a", "role": "publisher"], ["id": "b", "role": "member", "name": "B"]]],
        .members(
          room: "r",
          [RoomMember(id: "a", role: .publisher, name: nil), RoomMember(id: "b", role: .member, name: "B")])
      ),
      (
        "otherjoin", ["r", "id", ["role": "viewer", "name": "A"]],
        .otherjoin(room: "r", RoomMember(id: "id", role: .viewer, name: "A"))
      ),
      (
        "member", ["r", ["id": "a", "role": "viewer", "name": "A"]],
        .member(room: "r", RoomMember(id: "a", role: .viewer, name: "A"))
      ),
      ("full", ["r", "id"], .full(room: "r", id: "id", nil)),
      ("full", ["r", "id", ["reason": "token"]], .full(room: "r", id: "id", .token)),
      ("refused", ["r", "id", ["reason": "name"]], .refused(room: "r", id: "id", .name)),
      ("leaved", ["r", "id"], .leaved(room: "r", id: "id")), ("bye", ["r", "id"], .bye(room: "r", id: "id")),
      ("message", ["r", "text"], .message(room: "r", data: "text")),
      ("removed", ["r", "id"], .removed(room: "r", id: "id")),
      ("locked", ["r", false], .locked(room: "r", false)),
      (
        "chat", ["r", ["id": "a", "name": "A", "text": "hi", "time": 1]],
        .chat(room: "r", RoomChat(id: "a", name: "A", text: "hi", time: 1))
      ),
      (
        "history", ["r", [["id": "a", "text": "hi", "time": 1], ["id": "b", "name": "B", "text": "ho", "time": 2]]],
        .history(
          room: "r",
          [RoomChat(id: "a", name: nil, text: "hi", time: 1), RoomChat(id: "b", name: "B", text: "ho", time: 2)])
      ),
      ("cleared", ["r"], .cleared(room: "r")),
    ] as [(String, [JSONValue], RoomEvent)])
  func `an event is read and written`(event: String, arguments: [JSONValue], expected: RoomEvent) {
    #expect(RoomEvent(event: event, arguments) == expected)
    #expect(expected.event == event && expected.arguments == arguments && expected.room == "r")
  }

  @Test func `an event of the reference server needs no third argument`() {
    #expect(
      RoomEvent(event: "otherjoin", ["r", "id"])
        == .otherjoin(room: "r", RoomMember(id: "id", role: .member, name: nil)))
    #expect(
      RoomEvent(event: "members", ["r", [1, ["role": "viewer"], ["id": "a"]]])?.arguments.last?.array?.count == 1)
    for event in [
      "joined", "otherjoin", "full", "leaved", "bye", "chat", "members", "member", "removed", "locked", "history",
      "refused", "x",
    ] {
      #expect(RoomEvent(event: event, ["r", 1]) == nil)
      #expect(RoomEvent(event: event, []) == nil)
    }
  }

  private static let signals: [(JSONValue, RoomSignal)] = [
    (["type": "offer", "sdp": "v=0"], RoomSignal(.offer(sdp: "v=0"))),
    (
      ["type": "answer", "sdp": "v=0", "to": "a", "from": "b", "x": [1]],
      RoomSignal(.answer(sdp: "v=0"), to: "a", from: "b", unknown: ["x": [1]])
    ),
    (
      ["type": "candidate", "label": 0, "id": "0", "candidate": "candidate:1"],
      RoomSignal(.candidate(RoomCandidate(label: 0, id: "0", candidate: "candidate:1")))
    ),
    (
      ["type": "candidate", "candidate": "", "to": "a"],
      RoomSignal(.candidate(RoomCandidate(label: nil, id: nil, candidate: "")), to: "a")
    ),
    (["type": "restart", "from": "a"], RoomSignal(.restart, from: "a")),
    (
      ["type": "notice", "code": "paused", "text": "", "from": "a"],
      RoomSignal(.notice(code: "paused", text: ""), from: "a")
    ),
    (["type": "candidate", "to": "a"], RoomSignal(.other(nil), to: "a", unknown: ["type": "candidate"])),
    (["type": "offer"], RoomSignal(.other(nil), unknown: ["type": "offer"])),
    (["sdp": 1], RoomSignal(.other(nil), unknown: ["sdp": 1])), ("hello", RoomSignal(.other("hello"))),
    ([1], RoomSignal(.other([1]))), (.null, RoomSignal(.other(.null))),
  ]

  @Test(arguments: signals)
  func `a signal is read and written, with its unknown members`(data: JSONValue, signal: RoomSignal) {
    #expect(RoomSignal(data) == signal)
    #expect(signal.value == data)
  }

  @Test func `a signal is read from JSON in a string`() {
    #expect(RoomSignal("{\"type\":\"offer\",\"sdp\":\"v=0\"}") == RoomSignal(.offer(sdp: "v=0")))
    #expect(RoomSignal("[1]") == RoomSignal(.other("[1]")))
  }

  @Test func `a secret matches only its own text, and is not printed`() throws {
    let secret = try #require(Secret("geheim"))
    #expect(secret.matches("geheim"))
    for other in ["", "g", "geheiM", "geheim ", "geheimgeheim", "gehein", nil] { #expect(!secret.matches(other)) }
    #expect("\(secret)" == "…" && Secret("") == nil)
  }

  @Test(arguments: ["a", "A-z_09", String(repeating: "x", count: 64)])
  func `a valid room name is accepted`(name: String) { #expect(RoomName(name)?.description == name) }

  @Test(arguments: ["", "a b", "é", "a/b", "a.b", "a\n", String(repeating: "x", count: 65)])
  func `an invalid room name is refused`(name: String) { #expect(RoomName(name) == nil) }
}
