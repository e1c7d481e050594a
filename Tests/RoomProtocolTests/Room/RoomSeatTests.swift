import RoomProtocol
import Testing

/// Whose the presenter's place is.
@Suite struct RoomSeatTests {
  private static let holder: JSONValue = ["role": "publisher", "session": "s"]
  private static let other: JSONValue = ["role": "publisher", "session": "t"]

  /// A room with a presenter and a viewer, whose presenter was lost.
  private static func lost(_ configuration: RoomConfiguration = RoomConfiguration()) throws -> Rooms {
    var rooms = Rooms(configuration)
    _ = try rooms.ask("p", "join", "r", holder)
    _ = try rooms.ask("v", "join", "r", ["role": "viewer"])
    #expect(rooms.lose("p") == ["v: bye r p"])
    return rooms
  }

  private static func isIn(_ sent: [String]) -> Bool { sent.first?.contains(": joined r") == true }

  @Test func `a lost presenter's place is its own for ten minutes, and the room goes on`() throws {
    var rooms = try Self.lost()
    #expect(Self.isIn(try rooms.ask("w", "join", "r", ["role": "viewer"])))
    #expect(try rooms.ask("v", "chat", "r", "still here").count == 2)
    for join in [Self.other, ["role": "publisher"]] as [JSONValue] {
      #expect(try rooms.ask("q", "join", "r", join).last == "q! publisher")
    }
    rooms.now = rooms.now + .seconds(599)
    #expect(try rooms.ask("q", "join", "r", Self.other).last == "q! publisher")
    #expect(Self.isIn(try rooms.ask("p2", "join", "r", Self.holder)))
    // Lost again, the ten minutes begin anew.
    _ = rooms.lose("p2")
    rooms.now = rooms.now + .seconds(599)
    #expect(try rooms.ask("q", "join", "r", Self.other).last == "q! publisher")
    rooms.now = rooms.now + .seconds(1)
    #expect(Self.isIn(try rooms.ask("q", "join", "r", Self.other)))
    #expect(try rooms.ask("p", "join", "r", Self.holder).last == "p! publisher")
  }

  @Test func `the place is kept in a room that nobody else is in`() throws {
    var rooms = Rooms()
    _ = try rooms.ask("p", "join", "r", Self.holder)
    #expect(rooms.lose("p") == [] && rooms.service.roomCount == 0)
    #expect(try rooms.ask("q", "join", "r", Self.other).last == "q! publisher")
    #expect(Self.isIn(try rooms.ask("p", "join", "r", Self.holder)))
  }

  @Test func `who leaves gives the place up, and without a session nothing is kept`() throws {
    var rooms = Rooms()
    _ = try rooms.ask("p", "join", "r", Self.holder)
    _ = try rooms.ask("p", "leave", "r")
    #expect(Self.isIn(try rooms.ask("q", "join", "r", ["role": "publisher"])))
    _ = rooms.lose("q")
    #expect(Self.isIn(try rooms.ask("p", "join", "r", Self.holder)))
  }

  @Test func `a lock holds for publishers too, but not for the one who was there`() throws {
    var rooms = Rooms()
    _ = try rooms.ask("p", "join", "r", Self.holder)
    _ = try rooms.ask("v", "join", "r", ["role": "viewer"])
    _ = try rooms.ask("p", "lock", "r", true)
    _ = rooms.lose("p")
    rooms.now = rooms.now + .seconds(300)
    #expect(Self.isIn(try rooms.ask("p", "join", "r", Self.holder)))
    _ = rooms.lose("p")
    rooms.now = rooms.now + .seconds(601)
    #expect(try rooms.ask("q", "join", "r", Self.other).last == "q! locked")
  }

  @Test func `a lock does not keep out who has the publishers' token`() throws {
    var rooms = Rooms(RoomConfiguration(publisherToken: Secret("p")))
    _ = try rooms.ask("p", "join", "r", ["role": "publisher", "token": "p"])
    _ = try rooms.ask("v", "join", "r", ["role": "viewer"])
    _ = try rooms.ask("p", "lock", "r", true)
    _ = rooms.lose("p")
    #expect(Self.isIn(try rooms.ask("q", "join", "r", ["role": "publisher", "token": "p", "session": "t"])))
    #expect(try rooms.ask("w", "join", "r", ["role": "viewer", "token": "p"]).last == "w! locked")
  }

  @Test func `one place is the presenter's, whoever else wants in`() throws {
    var rooms = Rooms(RoomConfiguration(capacity: 3))
    for viewer in ["v", "w"] { _ = try rooms.ask(viewer, "join", "r", ["role": "viewer"]) }
    for join in [["role": "viewer"], [:]] as [JSONValue] {
      #expect(try rooms.ask("x", "join", "r", join).last == "x! full")
    }
    #expect(Self.isIn(try rooms.ask("p", "join", "r", Self.holder)))
    #expect(try rooms.ask("x", "join", "r", ["role": "viewer"]).last == "x! full")
    _ = rooms.lose("p")
    #expect(try rooms.ask("x", "join", "r", ["role": "viewer"]).last == "x! full")
    #expect(Self.isIn(try rooms.ask("p", "join", "r", Self.holder)))
  }

  @Test func `seats of empty rooms are bounded`() throws {
    var rooms = Rooms(RoomConfiguration(rooms: 2))
    for room in ["r1", "r2", "r3"] {
      _ = try rooms.ask("p", "join", .string(room), Self.holder)
      _ = rooms.lose("p")
      rooms.now = rooms.now + .seconds(1)
    }
    // The seat that would have been free first.
    #expect(try rooms.ask("q", "join", "r1", Self.other).first?.contains("joined") == true)
    #expect(try rooms.ask("q", "join", "r3", Self.other).last == "q! publisher")
  }

  @Test func `a server of certain rooms has no others`() throws {
    var rooms = Rooms(RoomConfiguration(names: [try #require(RoomName("r"))]))
    #expect(try rooms.ask("a", "join", "s", ["role": "viewer"]) == ["a: full s a {reason:closed}", "a! closed"])
    #expect(Self.isIn(try rooms.ask("a", "join", "r")))
  }
}
