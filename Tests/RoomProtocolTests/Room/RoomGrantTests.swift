import RoomProtocol
import Testing

/// Leave to be in one room for a while.
@Suite struct RoomGrantTests {
  /// A service that takes `ROLE@ROOM:FROM-UNTIL`, in seconds, of the key 1, for grants. The moment is 1 s after 1970.
  private static func rooms(token: Secret? = nil) -> Rooms {
    Rooms(
      .with(token: token) { text in
        let parts = text.split { "@:-/".contains($0) }.map(String.init)
        guard parts.count >= 4, let role = RoomRole(rawValue: parts[0]), let room = RoomName(parts[1]) else {
          return nil
        }
        let name = parts.count > 4 ? parts[4] : nil
        return KeyedGrant(
          key: 1,
          grant: RoomGrant(
            room: room, role: role, expires: Int(parts[3]) ?? 0, notBefore: Int(parts[2]), name: name))
      })
  }

  private static func isIn(_ sent: [String]) -> Bool { sent.first?.contains(": joined r") == true }

  private static func join(_ role: String, _ token: String?) -> JSONValue {
    ["role": .string(role), "token": token.map { .string($0) } ?? .null]
  }

  @Test(arguments: [
    ("viewer", "viewer@r:0-9", true), ("publisher", "publisher@r:0-9", true), ("viewer", "publisher@r:0-9", true),
    ("publisher", "viewer@r:0-9", false), ("viewer", "viewer@q:0-9", false), ("viewer", "viewer@r:0-1", false),
    ("viewer", "viewer@r:2-9", false), ("viewer", "nonsense", false), ("viewer", nil, false),
    ("member", "viewer@r:0-9", true),
  ])
  func `a grant lets in with its role, into its room and in its time alone`(
    role: String, token: String?, isLetIn: Bool
  ) throws {
    var rooms = Self.rooms()
    let sent = try rooms.ask("a", "join", "r", Self.join(role, token))
    #expect(Self.isIn(sent) == isLetIn && (isLetIn || sent.last == "a! token"), "\(sent)")
  }

  @Test func `beside grants the server's own token lets in as before`() throws {
    var rooms = Self.rooms(token: Secret("right"))
    #expect(Self.isIn(try rooms.ask("a", "join", "r", Self.join("viewer", "right"))))
    #expect(try rooms.ask("b", "join", "r", Self.join("publisher", "right")).last == "b! token")
    #expect(Self.isIn(try rooms.ask("c", "join", "r", Self.join("publisher", "publisher@r:0-9"))))
  }

  @Test func `who is in by a grant changes neither role nor end by another one's token, and takes its name`() throws {
    var rooms = Self.rooms(token: Secret("right"))
    _ = try rooms.ask("a", "join", "r", Self.join("publisher", "publisher@r:0-5"))
    #expect(try rooms.ask("a", "join", "r", Self.join("viewer", "viewer@r:0-900")).last == "a! role")
    #expect(try rooms.ask("a", "join", "r", Self.join("viewer", "right")).last == "a! role")
    #expect(try rooms.ask("a", "join", "r", Self.join("publisher", "right")).last == "a! token")
    rooms.now = rooms.now + .seconds(4)
    #expect(rooms.service.membersWithoutGrant(keys: [1], now: rooms.now).map(\.member) == ["a"])
    _ = try rooms.ask("b", "join", "r", ["role": "viewer", "name": "Mallory", "token": "right"])
    _ = try rooms.ask("b", "join", "r", Self.join("viewer", "viewer@r:0-9/Ann"))
    #expect(rooms.service.members(of: RoomName("r")!).map(\.name).contains("Ann"))
  }

  @Test func `a member's grant ends with its time or its key, and what it is called is the grant's to say`() throws {
    var rooms = Self.rooms()
    _ = try rooms.ask("a", "join", "r", Self.join("viewer", "viewer@r:0-11/Ann"))
    _ = try rooms.ask("b", "join", "r", Self.join("viewer", "viewer@r:0-5"))
    #expect(rooms.service.members(of: RoomName("r")!).map(\.name) == ["Ann", "Guest 2"])
    #expect(try rooms.ask("a", "name", "r", "Paula").last == "a! role")
    func ended(_ keys: Set<Int> = [1]) -> [String] {
      rooms.service.membersWithoutGrant(keys: keys, now: rooms.now).map(\.member).sorted()
    }
    rooms.now = rooms.now + .milliseconds(3999)
    #expect(ended() == [] && ended([]) == ["a", "b"] && ended([2]) == ["a", "b"])
    rooms.now = rooms.now + .milliseconds(1)
    #expect(ended() == ["b"])
    // Another grant goes on from there.
    _ = try rooms.ask("b", "join", "r", Self.join("viewer", "viewer@r:0-99"))
    #expect(ended() == [])
    rooms.now = rooms.now + .seconds(6)
    #expect(ended() == ["a"])
    var actions: [RoomAction] = []
    rooms.service.expel("a", from: RoomName("r")!, .expired, into: &actions)
    #expect(rooms.service.members(of: RoomName("r")!).map(\.id) == ["b"])
  }

  @Test func `a grant is written so that it is read the same, and nothing else is read`() {
    for grant in [
      RoomGrant(room: RoomName("r")!, role: .viewer, expires: 1_900_000_000),
      RoomGrant(room: RoomName("r")!, role: .publisher, expires: 9, notBefore: 4, name: "Ann ✓"),
    ] { #expect(RoomGrant(grant.value) == grant) }
    for wrong in [
      [:], ["room": "r", "role": "viewer"], ["room": "r r", "role": "viewer", "exp": 9],
      ["room": "r", "role": "member", "exp": 9], ["room": "r", "role": "viewer", "exp": "9"],
      ["room": "r", "role": "viewer", "exp": -1], ["room": "r", "role": "viewer", "exp": 1e300],
      ["room": "r", "role": "viewer", "exp": 9, "nbf": "0"], ["r", "viewer", 9],
    ] as [JSONValue] { #expect(RoomGrant(wrong) == nil, "\(wrong)") }
  }
}

extension RoomConfiguration {
  fileprivate static func with(
    token: Secret?, _ grants: @escaping @Sendable (String) -> KeyedGrant?
  ) -> RoomConfiguration {
    var configuration = RoomConfiguration(token: token)
    configuration.grants = grants
    return configuration
  }
}
