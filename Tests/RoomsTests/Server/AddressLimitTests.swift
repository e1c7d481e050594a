import Harness
import Rooms
import Testing

/// Limits for the clients of one address and of its enclosing networks.
@Suite(.timeLimit(.minutes(1))) struct AddressLimitTests {
  private static let polling = "/socket.io/?EIO=4&transport=polling"

  /// How many requests from these clients, named by a proxy, succeed.
  private static func served(_ rooms: ServedRooms, _ clients: [String]) throws -> Int {
    try clients.count { client in
      try rooms.connection().get(polling, ["X-Forwarded-For: \(client)"])?.status == 200
    }
  }

  @Test func `connections are limited per address, per /24 of IPv4, and per /56 and /48 of IPv6`() async throws {
    let configuration = RoomServerConfiguration.with {
      $0.server.trustedProxies = [AddressRange("127.0.0.1")!]
      $0.server.limits.connectionsPerAddress = 2
    }
    try await ServedRooms.run(configuration) { rooms in
      let cases: [([String], Int)] = [
        (Array(repeating: "192.0.2.1", count: 4), 2),
        // Four times as many in a /24.
        ((2...20).map { "192.0.2.\($0)" }, 6), (["192.0.3.1"], 1),
        // Twice as many in a /56, four times as many in a /48.
        ((1...4).map { "2001:db8:0:0::\($0)" }, 2), ((1...9).map { "2001:db8:0:\($0)::1" }, 2),
        ((1...9).map { "2001:db8:0:\($0)00::1" }, 4), (["2001:db8:1::1"], 1),
      ]
      for (clients, count) in cases {
        let served = try Self.served(rooms, clients)
        #expect(served == count, "\(clients)")
      }
      #expect(rooms.log.refused("connectionsPerAddress"))
    }
  }

  @Test func `requests beyond the rate of one address get 429, those of another address 200`() async throws {
    let configuration = RoomServerConfiguration.with {
      $0.server.trustedProxies = [AddressRange("127.0.0.1")!]
      $0.server.limits.requests = Allowance(perSecond: 0.001, burst: 10)
    }
    try await ServedRooms.run(configuration) { rooms in
      let statuses = try (0..<15).map { _ in
        try rooms.connection().get("/healthz", ["X-Forwarded-For: 192.0.2.1"])?.status
      }
      #expect(statuses == Array(repeating: 200, count: 10) + Array(repeating: 429, count: 5))
      #expect(try rooms.connection().get("/healthz", ["X-Forwarded-For: 192.0.2.2"])?.status == 200)
      #expect(rooms.log.refused("requestRate"))
    }
  }

  @Test func `near the connection limit, presenter and viewers stay and a new viewer can join`() async throws {
    let configuration = RoomServerConfiguration.with {
      $0.server.limits.connections = 20
      $0.server.limits.arrivalTimeout = .milliseconds(300)
    }
    try await ServedRooms.run(configuration) { rooms in
      let presenter = try rooms.member("talk", #"{"role":"publisher"}"#)
      let viewer = try rooms.member("talk", #"{"role":"viewer"}"#)
      var idle: [AnyObject] = []
      while idle.count < 6 { idle.append(try rooms.connection()) }
      while idle.count < 12 { idle.append(try WebSocketPeer.connected(port: rooms.port)) }
      while idle.count < 18 { idle.append(try rooms.member("quiet")) }
      var newcomer: WebSocketPeer?
      try await eventually("a new viewer in the room") {
        newcomer = try? rooms.member("talk", #"{"role":"viewer"}"#)
        return newcomer != nil
      }
      for peer in [presenter, viewer, newcomer!] {
        #expect(try peer.call(#"["chat","talk","still here"]"#) == #"[{"ok":true}]"#)
      }
      #expect(rooms.log.refused("connections"))
    }
  }
}
