import RoomProtocol
import Testing

@Suite struct RoomServiceTests {
  @Test func `the reference protocol's events are sent in its order`() throws {
    var rooms = Rooms(RoomConfiguration(capacity: 2))
    #expect(
      try rooms.ask("a", "join", "r") == [
        "a: joined r a {role:member,name:Guest 1,locked:false}", "a: members r []",
      ])
    #expect(
      try rooms.ask("b", "join", "r") == [
        "b: joined r b {role:member,name:Guest 2,locked:false}", "b: members r [{id:a,role:member,name:Guest 1}]",
        "a: otherjoin r b {role:member,name:Guest 2}",
      ])
    #expect(try rooms.ask("c", "join", "r") == ["c: full r c", "c! full"])
    #expect(
      try rooms.ask("a", "message", "r", ["type": "offer", "sdp": "x"]) == [
        "b: message r {type:offer,sdp:x,from:a}"
      ])
    #expect(try rooms.ask("b", "message", "r", "as text") == ["a: message r as text"])
    #expect(try rooms.ask("b", "leave", "r") == ["a: bye r b", "b: leaved r b"])
    #expect(try rooms.ask("b", "leave", "r") == ["b: leaved r b"])
    #expect(try rooms.ask("b", "join", "r").last == "a: otherjoin r b {role:member,name:Guest 3}")
    #expect(rooms.lose("b") == ["a: bye r b"])
    #expect(rooms.lose("b") == [])
    #expect(rooms.lose("a") == [])
    #expect(rooms.service.roomCount == 0 && rooms.service.memberCount == 0)
  }

  @Test func `a message goes to its receiver, with from set by the server`() throws {
    var rooms = Rooms()
    for member in ["a", "b", "c"] { _ = try rooms.ask(member, "join", "r") }
    #expect(
      try rooms.ask("a", "message", "r", ["to": "c", "x": 1, "from": "b"]) == ["c: message r {to:c,x:1,from:a}"])
    #expect(
      try rooms.ask("a", "message", "r", ["to": .null, "from": "b"]) == [
        "b: message r {to:null,from:a}", "c: message r {to:null,from:a}",
      ])
    #expect(try rooms.ask("a", "message", "r", ["to": "d"]) == ["a! member"])
    #expect(try rooms.ask("a", "message", "r", ["to": 1]) == ["a! member"])
    #expect(try rooms.ask("d", "message", "r", ["to": "a"]) == ["d! room"])
    #expect(try rooms.ask("a", "message", "s", "x") == ["a! room"])
  }

  /// A room with a viewer, a publisher and two reference pages.
  private static func mixed() throws -> Rooms {
    var rooms = Rooms()
    _ = try rooms.ask("v", "join", "r", ["role": "viewer"])
    _ = try rooms.ask("p", "join", "r", ["role": "publisher", "session": "s"])
    for page in ["a", "b"] { _ = try rooms.ask(page, "join", "r") }
    return rooms
  }

  @Test func `JSON in a string also goes to its receiver, with from set by the server`() throws {
    var rooms = try Self.mixed()
    let text: JSONValue = #" {"type":"notice","from":"v","from":"b","x":[1]}"#
    let sent = try rooms.ask("p", "message", "r", text)
    #expect(sent.sorted() == ["a", "b", "v"].map { "\($0): message r {type:notice,from:p,x:[1]}" })
    for sender in ["v", "a"] {
      let text: JSONValue = #"{"to":"p","from":"b"}"#
      #expect(try rooms.ask(sender, "message", "r", text) == ["p: message r {to:p,from:\(sender)}"])
      #expect(try rooms.ask(sender, "message", "r", #"{"to":"x"}"#) == ["\(sender)! member"])
    }
  }

  @Test func `JSON in a string reaches reference pages as a string and viewers as an object`() throws {
    var rooms = try Self.mixed()
    var forms: [String: Bool] = [:]
    for action in try rooms.actions("p", "message", "r", #"{"type":"x"}"#) {
      guard case .deliver(.message(_, let data), let members) = action else { continue }
      for member in members { forms[member] = data.string != nil }
    }
    #expect(forms == ["v": false, "a": true, "b": true])
  }

  /// The server reads none of these; JavaScript reads the first two.
  @Test(arguments: [
    #"{"from":"p","x":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}",
    #"{"from":"p","x":["# + String(repeating: "0,", count: 20_000) + "0]}",
    "\n\t \r{\"from\":\"p\"} x",
  ])
  func `a string that begins like an object but is not read as one is refused`(text: String) throws {
    var rooms = try Self.mixed()
    #expect(try rooms.ask("v", "message", "r", .string(text)) == ["v! request"])
  }

  @Test(arguments: ["text", "", "[{\"from\":\"p\"}]", "\"{}\""] as [JSONValue] + [["from", "p"], 1, true, .null])
  func `data that is not an object goes to all unchanged`(data: JSONValue) throws {
    var rooms = try Self.mixed()
    #expect(try rooms.ask("p", "message", "r", data).count == 3)
    #expect(RoomSignal(data).from == nil)
  }

  @Test func `chat carries the sender's name and the time, and an empty or too long line is refused`() throws {
    var rooms = Rooms(RoomConfiguration(chatBytes: 10))
    _ = try rooms.ask("a", "join", "r", ["name": "Ann"])
    _ = try rooms.ask("b", "join", "r", ["name": "Bob"])
    let line = "chat r {id:a,name:Ann,text:hello é,time:1000}"
    #expect(try rooms.ask("a", "chat", "r", "hello é") == ["a: \(line)", "b: \(line)"])
    #expect(try rooms.ask("a", "chat", "r", "") == ["a! length"])
    #expect(try rooms.ask("a", "chat", "r", "0123456789x") == ["a! length"])
    #expect(try rooms.ask("c", "chat", "r", "hello") == ["c! room"])
  }

  @Test func `a name is cleaned, cut and changed, and an invalid one is refused`() throws {
    var rooms = Rooms(RoomConfiguration(nameBytes: 10))
    _ = try rooms.ask("a", "join", "r", ["name": "A\u{202E}n\u{1B}n\n and much more"])
    #expect(rooms.service.members(of: RoomName("r")!) == [RoomMember(id: "a", role: .member, name: "Ann and mu")])
    #expect(try rooms.ask("a", "name", "r", "Be\u{7}a") == ["a: member r {id:a,role:member,name:Bea}"])
    #expect(try rooms.ask("a", "name", "r", " \u{200B}") == ["a! length"])
    #expect(try rooms.ask("a", "name", "r", "0123456789x") == ["a! length"])
    #expect(try rooms.ask("b", "name", "r", "x") == ["b! room"])
  }

  @Test func `a member needs the token, and a publisher the publisher token`() throws {
    var rooms = Rooms(RoomConfiguration(token: Secret("t"), publisherToken: Secret("p")))
    #expect(try rooms.ask("a", "join", "r") == ["a: full r a {reason:token}", "a! token"])
    #expect(try rooms.ask("a", "join", "r", "x").last == "a! token")
    #expect(try rooms.ask("a", "join", "r", ["role": "publisher", "token": "t"]).last == "a! token")
    #expect(try rooms.ask("a", "join", "r", "t").first?.hasPrefix("a: joined") == true)
    #expect(try rooms.ask("b", "join", "r", ["role": "viewer", "token": "p"]).first?.hasPrefix("b: joined") == true)
    #expect(try rooms.ask("c", "join", "r", ["role": "publisher", "token": "p"]).first?.hasPrefix("c: joined") == true)
    // With the publisher token several may share.
    #expect(try rooms.ask("d", "join", "r", ["role": "publisher", "token": "p"]).first?.hasPrefix("d: joined") == true)
  }

  @Test func `without a publisher token a room has one publisher`() throws {
    var rooms = Rooms()
    _ = try rooms.ask("a", "join", "r", ["role": "publisher"])
    #expect(
      try rooms.ask("b", "join", "r", ["role": "publisher"]) == ["b: full r b {reason:publisher}", "b! publisher"])
    _ = try rooms.ask("a", "leave", "r")
    #expect(try rooms.ask("b", "join", "r", ["role": "publisher"]).first?.hasPrefix("b: joined") == true)
  }

  @Test func `only the publisher removes members and locks the room`() throws {
    var rooms = Rooms()
    _ = try rooms.ask("p", "join", "r", ["role": "publisher"])
    _ = try rooms.ask("v", "join", "r", ["role": "viewer"])
    #expect(try rooms.ask("v", "remove", "r", "p") == ["v! role"])
    #expect(try rooms.ask("v", "lock", "r", true) == ["v! role"])
    #expect(try rooms.ask("p", "remove", "r", "x") == ["p! member"])
    #expect(try rooms.ask("p", "remove", "r", "p") == ["p! member"])
    #expect(try rooms.ask("p", "lock", "r", true) == ["p: locked r true", "v: locked r true"])
    #expect(try rooms.ask("p", "lock", "r", true) == [])
    #expect(try rooms.ask("w", "join", "r") == ["w: full r w {reason:locked}", "w! locked"])
    #expect(try rooms.ask("p", "remove", "r", "v") == ["v: removed r v", "p: bye r v", "v: leaved r v"])
    #expect(try rooms.ask("v", "message", "r", "x") == ["v! room"])
    _ = try rooms.ask("p", "lock", "r", false)
    #expect(try rooms.ask("w", "join", "r").first?.hasPrefix("w: joined") == true)
  }

  @Test func `a publisher can rejoin its locked room with its session`() throws {
    var rooms = Rooms()
    _ = try rooms.ask("p", "join", "r", ["role": "publisher", "session": "s"])
    _ = try rooms.ask("p", "lock", "r", true)
    // Its former connection is not yet known to be lost.
    let again = try rooms.ask("q", "join", "r", ["role": "publisher", "session": "s"])
    #expect(again.contains("q: joined r q {role:publisher,locked:true}"))
    _ = try rooms.ask("q", "lock", "r", false)
    _ = try rooms.ask("v", "join", "r")
    _ = try rooms.ask("q", "lock", "r", true)
    _ = rooms.lose("q")
    #expect(
      try rooms.ask("p", "join", "r", ["role": "publisher", "session": "s"]).first
        == "p: joined r p {role:publisher,locked:true}")
  }

  @Test func `joining with the same session replaces the former membership`() throws {
    var rooms = Rooms(RoomConfiguration(capacity: 2))
    _ = try rooms.ask("a", "join", "r", ["session": "s"])
    _ = try rooms.ask("b", "join", "r")
    #expect(
      try rooms.ask("c", "join", "r", ["session": "s"]) == [
        "a: removed r a {reason:replaced}", "b: bye r a", "a: leaved r a",
        "c: joined r c {role:member,name:Guest 3,locked:false}",
        "c: members r [{id:b,role:member,name:Guest 2}]", "b: otherjoin r c {role:member,name:Guest 3}",
      ])
    #expect(try rooms.ask("d", "join", "r", ["session": "t"]).last == "d! full")
  }

  @Test func `joining twice sends joined and members again, and nothing to others`() throws {
    var rooms = Rooms()
    _ = try rooms.ask("a", "join", "r")
    _ = try rooms.ask("b", "join", "r")
    #expect(
      try rooms.ask("b", "join", "r") == [
        "b: joined r b {role:member,name:Guest 2,locked:false}", "b: members r [{id:a,role:member,name:Guest 1}]",
      ])
  }

  /// Otherwise a publisher whose grant has expired could stay with a viewer's token.
  @Test func `joining twice with another role is refused`() throws {
    var rooms = Rooms()
    _ = try rooms.ask("a", "join", "r", ["role": "publisher"])
    #expect(try rooms.ask("a", "join", "r", ["role": "viewer"]).last == "a! role")
    #expect(
      try rooms.ask("a", "join", "r", ["role": "publisher"]).first?.hasPrefix("a: joined r a {role:publisher") == true)
  }

  @Test func `invalid room names and too many rooms are refused`() throws {
    var rooms = Rooms(RoomConfiguration(rooms: 3, roomsPerMember: 2))
    #expect(
      try rooms.ask("a", "join", "no name", ["role": "viewer"]) == ["a: full no name a {reason:name}", "a! name"])
    // A reference page would show `full` as a full room.
    #expect(
      try rooms.ask("a", "join", "no name") == [
        "a: refused no name a {reason:name}", "a: leaved no name a", "a! name",
      ])
    _ = try rooms.ask("a", "join", "r1")
    _ = try rooms.ask("a", "join", "r2")
    #expect(try rooms.ask("a", "join", "r3").last == "a! rooms")
    _ = try rooms.ask("b", "join", "r3")
    #expect(try rooms.ask("b", "join", "r4").last == "b! rooms")
    #expect(rooms.service.roomCount == 3 && rooms.service.memberCount == 2)
    #expect(rooms.service.isMember("a", of: RoomName("r1")!) && !rooms.service.isMember("b", of: RoomName("r1")!))
    #expect(rooms.lose("a") == [])
    #expect(rooms.service.roomCount == 1 && rooms.service.memberCount == 1)
  }
}
