import RoomProtocol
import Testing

/// Pages of the reference protocol, which have one peer, in a room with other members.
@Suite struct ReferencePageTests {
  private static let publisher: JSONValue = ["role": "publisher", "session": "s"]

  /// The sent events that a reference page knows.
  private static func understood(_ sent: [String], by page: String) -> [String] {
    sent.filter { $0.hasPrefix("\(page): ") }.map { line in
      let words = line.dropFirst(page.count + 2).split(separator: " ").filter { !["r", "z"].contains($0) }
      return words.prefix(2).joined(separator: " ")
    }.filter { !$0.hasPrefix("members") }
  }

  @Test func `while there is a presenter, each page gets no events about other members`() throws {
    var rooms = Rooms()
    _ = try rooms.ask("p", "join", "r", Self.publisher)
    _ = try rooms.ask("v", "join", "r", ["role": "viewer"])
    var sent: [String] = []
    for page in ["a", "b"] { sent += try rooms.ask(page, "join", "r") }
    sent += try rooms.ask("w", "join", "r", ["role": "viewer"])
    #expect(Self.understood(sent, by: "a") == ["joined a"] && Self.understood(sent, by: "b") == ["joined b"])
    #expect(Self.understood(sent, by: "p") == ["otherjoin a", "otherjoin b", "otherjoin w"])
    #expect(Self.understood(sent, by: "v") == ["otherjoin a", "otherjoin b", "otherjoin w"])
    // The pages' messages, which name no receiver, go to the presenter, and the presenter's to all.
    #expect(try rooms.ask("a", "message", "r", ["type": "answer"]) == ["p: message r {type:answer,from:a}"])
    #expect(try rooms.ask("a", "message", "r", #"{"type":"answer"}"#) == ["p: message r {type:answer,from:a}"])
    #expect(try rooms.ask("a", "message", "r", "text") == ["p: message r text"])
    #expect(try rooms.ask("p", "message", "r", ["x": 1]).count == 4)
    // Pages get `bye` only for the presenter.
    sent = try rooms.ask("w", "leave", "r") + rooms.lose("a")
    #expect(Self.understood(sent, by: "b") == [] && Self.understood(sent, by: "v") == ["bye w", "bye a"])
    #expect(Self.understood(rooms.lose("p"), by: "b") == ["bye p"])
  }

  @Test func `while there is a presenter, pages get no messages from other members`() throws {
    var rooms = Rooms()
    _ = try rooms.ask("p", "join", "r", Self.publisher)
    _ = try rooms.ask("v", "join", "r", ["role": "viewer"])
    _ = try rooms.ask("a", "join", "r")
    #expect(try rooms.ask("v", "message", "r", ["type": "offer", "to": "a"]) == ["v! role"])
    #expect(try rooms.ask("v", "message", "r", ["type": "offer"]) == ["p: message r {type:offer,from:v}"])
    #expect(try rooms.ask("v", "message", "r", #"{"type":"offer"}"#) == ["p: message r {type:offer,from:v}"])
    #expect(try rooms.ask("v", "message", "r", "text") == ["p: message r text"])
    #expect(try rooms.ask("p", "message", "r", ["to": "a"]) == ["a: message r {to:a,from:p}"])
    _ = rooms.lose("p")
    #expect(try rooms.ask("v", "message", "r", ["to": "a"]) == ["a: message r {to:a,from:v}"])
  }

  @Test func `connected pages get bye for their peer and otherjoin for a new presenter`() throws {
    var rooms = Rooms()
    for page in ["a", "b"] { _ = try rooms.ask(page, "join", "r") }
    let sent = try rooms.ask("p", "join", "r", Self.publisher)
    #expect(Self.understood(sent, by: "a") == ["bye b", "otherjoin p"])
    #expect(Self.understood(sent, by: "b") == ["bye a", "otherjoin p"])
    #expect(try rooms.ask("b", "message", "r", ["type": "offer"]) == ["p: message r {type:offer,from:b}"])
    // A page that is alone has no peer, and gets no `bye`.
    _ = try rooms.ask("c", "join", "z")
    #expect(Self.understood(try rooms.ask("d", "join", "z", Self.publisher), by: "c") == ["otherjoin d"])
  }

  @Test func `of two publishers, pages are told of the first, and of the second once the first is gone`() throws {
    var rooms = Rooms(RoomConfiguration(publisherToken: Secret("p")))
    let join: JSONValue = ["role": "publisher", "token": "p"]
    _ = try rooms.ask("p", "join", "r", join)
    _ = try rooms.ask("a", "join", "r")
    var sent = try rooms.ask("q", "join", "r", join)
    #expect(Self.understood(sent, by: "a") == [] && Self.understood(sent, by: "p") == ["otherjoin q"])
    sent = try rooms.ask("q", "leave", "r")
    #expect(Self.understood(sent, by: "a") == [])
    _ = try rooms.ask("q", "join", "r", join)
    sent = rooms.lose("p")
    #expect(Self.understood(sent, by: "a") == ["bye p", "otherjoin q"])
    #expect(try rooms.ask("a", "message", "r", ["type": "offer"]) == ["q: message r {type:offer,from:a}"])
  }
}
