import RoomProtocol
import Testing

/// Permission to be in one room for a limited time.
@Suite struct RoomGrantTests {
  /// A service that reads tokens `ROLE@ROOM:FROM-UNTIL/NAME`, in seconds, as grants of the key 1. The name is optional. The
  /// time is 1 s after the start of 1970.
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
  func `a grant admits only its role, to its room, in its time`(
    role: String, token: String?, isAdmitted: Bool
  ) throws {
    var rooms = Self.rooms()
    let sent = try rooms.ask("a", "join", "r", Self.join(role, token))
    #expect(Self.isIn(sent) == isAdmitted && (isAdmitted || sent.last == "a! token"), "\(sent)")
  }

  @Test func `with grants, the server's token still admits a viewer`() throws {
    var rooms = Self.rooms(token: Secret("right"))
    #expect(Self.isIn(try rooms.ask("a", "join", "r", Self.join("viewer", "right"))))
    #expect(try rooms.ask("b", "join", "r", Self.join("publisher", "right")).last == "b! token")
    #expect(Self.isIn(try rooms.ask("c", "join", "r", Self.join("publisher", "publisher@r:0-9"))))
  }

  @Test func `joining again with another token changes neither role nor expiry, and with a grant sets its name`() throws
  {
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

  @Test func `a grant ends with its time or its key, and its name cannot be changed`() throws {
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
    // Another grant extends the time.
    _ = try rooms.ask("b", "join", "r", Self.join("viewer", "viewer@r:0-99"))
    #expect(ended() == [])
    rooms.now = rooms.now + .seconds(6)
    #expect(ended() == ["a"])
    var actions: [RoomAction] = []
    rooms.service.expel("a", from: RoomName("r")!, .expired, into: &actions)
    #expect(rooms.service.members(of: RoomName("r")!).map(\.id) == ["b"])
  }

  @Test func `a grant is read back as written, and an invalid one is refused`() {
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
