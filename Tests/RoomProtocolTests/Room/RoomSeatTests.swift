import RoomProtocol
import Testing

/// The publisher's place in a room.
@Suite struct RoomSeatTests {
  private static let holder: JSONValue = ["role": "publisher", "session": "s"]
  private static let other: JSONValue = ["role": "publisher", "session": "t"]

  /// A room with a viewer and a publisher whose connection was lost.
  private static func lost(_ configuration: RoomConfiguration = RoomConfiguration()) throws -> Rooms {
    var rooms = Rooms(configuration)
    _ = try rooms.ask("p", "join", "r", holder)
    _ = try rooms.ask("v", "join", "r", ["role": "viewer"])
    #expect(rooms.lose("p") == ["v: bye r p"])
    return rooms
  }

  private static func isIn(_ sent: [String]) -> Bool { sent.first?.contains(": joined r") == true }

  @Test func `a lost publisher's place is kept for ten minutes, and the room stays usable`() throws {
    var rooms = try Self.lost()
    #expect(Self.isIn(try rooms.ask("w", "join", "r", ["role": "viewer"])))
    #expect(try rooms.ask("v", "chat", "r", "still here").count == 2)
    for join in [Self.other, ["role": "publisher"]] as [JSONValue] {
      #expect(try rooms.ask("q", "join", "r", join).last == "q! publisher")
    }
    rooms.now = rooms.now + .seconds(599)
    #expect(try rooms.ask("q", "join", "r", Self.other).last == "q! publisher")
    #expect(Self.isIn(try rooms.ask("p2", "join", "r", Self.holder)))
    // When its connection is lost again, the ten minutes start again.
    _ = rooms.lose("p2")
    rooms.now = rooms.now + .seconds(599)
    #expect(try rooms.ask("q", "join", "r", Self.other).last == "q! publisher")
    rooms.now = rooms.now + .seconds(1)
    #expect(Self.isIn(try rooms.ask("q", "join", "r", Self.other)))
    #expect(try rooms.ask("p", "join", "r", Self.holder).last == "p! publisher")
  }

  @Test func `a lost publisher's place is kept in an empty room`() throws {
    var rooms = Rooms()
    _ = try rooms.ask("p", "join", "r", Self.holder)
    #expect(rooms.lose("p") == [] && rooms.service.roomCount == 0)
    #expect(try rooms.ask("q", "join", "r", Self.other).last == "q! publisher")
    #expect(Self.isIn(try rooms.ask("p", "join", "r", Self.holder)))
  }

  @Test func `a publisher that leaves or has no session keeps no place`() throws {
    var rooms = Rooms()
    _ = try rooms.ask("p", "join", "r", Self.holder)
    _ = try rooms.ask("p", "leave", "r")
    #expect(Self.isIn(try rooms.ask("q", "join", "r", ["role": "publisher"])))
    _ = rooms.lose("q")
    #expect(Self.isIn(try rooms.ask("p", "join", "r", Self.holder)))
  }

  @Test func `a locked room refuses another publisher, and admits the one whose place is kept`() throws {
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

  @Test func `a locked room admits a publisher with the publisher token`() throws {
    var rooms = Rooms(RoomConfiguration(publisherToken: Secret("p")))
    _ = try rooms.ask("p", "join", "r", ["role": "publisher", "token": "p"])
    _ = try rooms.ask("v", "join", "r", ["role": "viewer"])
    _ = try rooms.ask("p", "lock", "r", true)
    _ = rooms.lose("p")
    #expect(Self.isIn(try rooms.ask("q", "join", "r", ["role": "publisher", "token": "p", "session": "t"])))
    #expect(try rooms.ask("w", "join", "r", ["role": "viewer", "token": "p"]).last == "w! locked")
  }

  @Test func `one place is reserved for a publisher, and others get full`() throws {
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

  @Test func `with too many empty rooms the seat that expires first is dropped`() throws {
    var rooms = Rooms(RoomConfiguration(rooms: 2))
    for room in ["r1", "r2", "r3"] {
      _ = try rooms.ask("p", "join", .string(room), Self.holder)
      _ = rooms.lose("p")
      rooms.now = rooms.now + .seconds(1)
    }
    // The seat of `r1` would have become free first.
    #expect(try rooms.ask("q", "join", "r1", Self.other).first?.contains("joined") == true)
    #expect(try rooms.ask("q", "join", "r3", Self.other).last == "q! publisher")
  }

  @Test func `a room that is not in the server's list is closed`() throws {
    var rooms = Rooms(RoomConfiguration(names: [try #require(RoomName("r"))]))
    #expect(try rooms.ask("a", "join", "s", ["role": "viewer"]) == ["a: full s a {reason:closed}", "a! closed"])
    #expect(Self.isIn(try rooms.ask("a", "join", "r")))
  }
}
