import Harness
import Rooms
import Testing

/// Clients beyond a limit are slowed down, refused or disconnected, and do not affect others.
@Suite(.timeLimit(.minutes(1))) struct LimitTests {
  @Test func `a client that sends too fast is slowed down, and disconnected if it goes on`() async throws {
    let configuration = RoomServerConfiguration.with {
      $0.server.limits.messages = Allowance(perSecond: 200, burst: 40)
    }
    try await withBystanders(configuration) { rooms in
      // A little over the limit is only delayed.
      let eager = try rooms.member("a")
      // Repeats, because a busy machine may spread the messages over time.
      var last = 100
      while try rooms.metric("throttled_total") == 0, last < 900 {
        for _ in 0..<60 {
          last += 1
          eager.send(#"42\#(last)["chat","a","x"]"#)
        }
        try eager.expect { $0.hasPrefix("43\(last)") }
      }
      #expect(try #require(try rooms.metric("throttled_total")) > 0)
      #expect(rooms.log.text.contains("made to wait"))
      let flooder = try rooms.member("a")
      for _ in 0..<2000 { flooder.send(#"42["chat","a","x"]"#) }
      #expect(try flooder.closeCode() != nil)
      #expect(rooms.log.refused("flood"))
      // Other members of its room go on.
      #expect(try eager.call(#"["chat","a","y"]"#) == #"[{"ok":true}]"#)
    }
  }

  @Test func `a flood of pings, of fragments or of posted packets disconnects the client`() async throws {
    let configuration = RoomServerConfiguration.with {
      $0.server.limits.messages = Allowance(perSecond: 20, burst: 20)
    }
    try await withBystanders(configuration) { rooms in
      let pinging = try WebSocketPeer.connected(port: rooms.port)
      for _ in 0..<500 { pinging.send(opcode: 9, [1]) }
      #expect(try pinging.closeCode() != nil)
      // A message of empty fragments that never ends.
      let endless = try WebSocketPeer.connected(port: rooms.port)
      endless.send(opcode: 1, [0x34], isFinal: false)
      for _ in 0..<500 { endless.send(opcode: 0, [], isFinal: false) }
      #expect(try endless.closeCode() != nil)
      let connection = try rooms.connection()
      let opened = try #require(try connection.get("/socket.io/?EIO=4&transport=polling"))
      let id = try #require(try JSON(parsing: String(opened.body.dropFirst()))["sid"].string)
      let target = "/socket.io/?EIO=4&transport=polling&sid=\(id)"
      let packets = (["40"] + Array(repeating: #"42["chat","a","x"]"#, count: 500)).joined(separator: "\u{1e}")
      _ = try connection.get(target, method: "POST", body: packets)
      #expect(try connection.get(target)?.body.hasSuffix("1") == true)
      #expect(try connection.get(target)?.status == 400)
      #expect(rooms.log.refused("flood"))
    }
  }

  @Test func `a message to many members counts once for each of them`() async throws {
    let configuration = RoomServerConfiguration.with {
      $0.server.limits.deliveries = Allowance(perSecond: 50, burst: 50)
    }
    try await withBystanders(configuration) { rooms in
      let members = try (0..<10).map { _ in try rooms.member("crowd") }
      for _ in 0..<100 { members[0].send(#"42["message","crowd","x"]"#) }
      #expect(try members[0].closeCode() != nil)
      try members[1].expect { $0.hasPrefix(#"42["bye""#) }
      #expect(rooms.log.refused("flood"))
    }
  }

  @Test func `a client that does not read is disconnected`() async throws {
    let configuration = RoomServerConfiguration.with { $0.server.limits.pendingBytes = 300_000 }
    try await withBystanders(configuration) { rooms in
      let (talker, reader) = (try rooms.member("a"), try rooms.member("a"))
      let sleeper = try WebSocketPeer.connected(port: rooms.port, receiveBuffer: 4096)
      sleeper.send(#"42["join","a"]"#)
      try talker.expect { $0.contains("otherjoin") }
      try talker.expect { $0.contains("otherjoin") }
      let text = String(repeating: "x", count: 100_000)
      var sent = 0
      while try rooms.metric("slow_readers_total") == 0, sent < 200 {
        talker.send(#"42["message","a","\#(text)"]"#)
        try reader.expect { $0.hasPrefix(#"42["message""#) }
        sent += 1
      }
      #expect(rooms.log.refused("slowReader"))
      try talker.expect { $0.hasPrefix(#"42["bye""#) }
    }
  }

  @Test func `the pending bytes of all clients are bounded, and the slowest reader is disconnected`() async throws {
    let configuration = RoomServerConfiguration.with {
      $0.server.limits.pendingBytes = 100_000_000
      $0.server.limits.allPendingBytes = 1_000_000
      $0.server.limits.bytes = Allowance(perSecond: 1e9, burst: 1e9)
    }
    try await withBystanders(configuration) { rooms in
      let (talker, reader) = (try rooms.member("a"), try rooms.member("a"))
      let sleepers = try (0..<3).map { _ in try WebSocketPeer.connected(port: rooms.port, receiveBuffer: 4096) }
      for sleeper in sleepers { sleeper.send(#"42["join","a"]"#) }
      for _ in 0..<4 { try talker.expect { $0.contains("otherjoin") } }
      let text = String(repeating: "x", count: 100_000)
      var sent = 0
      while try rooms.metric("slow_readers_total") == 0, sent < 200 {
        talker.send(#"42["message","a","\#(text)"]"#)
        try reader.expect { $0.hasPrefix(#"42["message""#) }
        sent += 1
      }
      #expect(rooms.log.refused("slowReader"))
      try talker.expect { $0.hasPrefix(#"42["bye""#) }
    }
  }

  @Test func `a polling client that does not fetch its messages is disconnected`() async throws {
    let configuration = RoomServerConfiguration.with { $0.server.limits.pendingBytes = 300_000 }
    try await withBystanders(configuration) { rooms in
      let connection = try rooms.connection()
      let opened = try #require(try connection.get("/socket.io/?EIO=4&transport=polling"))
      let id = try #require(try JSON(parsing: String(opened.body.dropFirst()))["sid"].string)
      let target = "/socket.io/?EIO=4&transport=polling&sid=\(id)"
      #expect(try connection.get(target, method: "POST", body: "40\u{1e}42[\"join\",\"a\"]")?.body == "ok")
      let talker = try rooms.member("a")
      let text = String(repeating: "x", count: 100_000)
      for _ in 0..<5 { talker.send(#"42["message","a","\#(text)"]"#) }
      try talker.expect { $0.hasPrefix(#"42["bye""#) }
      #expect(rooms.log.refused("slowReader"))
    }
  }

  @Test func `rooms are limited per client and in total, with a tenth reserved for presenters`() async throws {
    let configuration = RoomServerConfiguration.with {
      $0.server.limits.rooms = 1000
      $0.server.limits.roomsPerClient = 100
      $0.server.limits.messages = Allowance(perSecond: 10_000, burst: 10_000)
    }
    try await withBystanders(configuration) { rooms in
      var peers: [WebSocketPeer] = []
      var refused = 0
      for client in 0..<12 {
        let peer = try WebSocketPeer.connected(port: rooms.port)
        for room in 0..<110 { peer.send(#"42\#(room)["join","room-\#(client)-\#(room)"]"#) }
        for room in 0..<110 {
          if try peer.expect({ $0.hasPrefix("43\(room)[") }).contains(#""reason":"rooms""#) { refused += 1 }
        }
        peers.append(peer)
      }
      // One room is the bystanders', and a tenth is reserved for presenters.
      #expect(refused == 12 * 110 - 899)
      #expect(try rooms.metric("rooms") == 900)
      let presenter = try rooms.member("talk", #"{"role":"publisher"}"#)
      #expect(try rooms.metric("rooms") == 901)
      presenter.connection.close()
      #expect(rooms.log.refused("rooms"))
      for peer in peers { peer.connection.close() }
    }
  }

  @Test func `connections are limited per address and in total`() async throws {
    for (perAddress, all) in [(20, 1000), (1000, 20)] {
      let configuration = RoomServerConfiguration.with {
        $0.server.limits.connectionsPerAddress = perAddress
        $0.server.limits.connections = all
      }
      try await withBystanders(configuration) { rooms in
        let connections = try (0..<30).map { _ in try rooms.connection() }
        var served = 0
        for connection in connections { if try connection.get("/healthz")?.status == 200 { served += 1 } }
        // Two are the bystanders'.
        #expect(served == 18)
        connections[0].close()
        connections[1].close()
        // Another connection is accepted once the server has noticed the close.
        var again: Int?
        for _ in 0..<1000 where again == nil {
          again = try rooms.connection().get("/healthz")?.status
          try await Task.sleep(for: .milliseconds(10))
        }
        #expect(again == 200)
        #expect(rooms.log.refused(perAddress == 20 ? "connectionsPerAddress" : "connections"))
      }
    }
  }

  @Test func `connections beyond the connection rate are refused`() async throws {
    let configuration = RoomServerConfiguration.with {
      $0.server.limits.connectionRate = Allowance(perSecond: 0.001, burst: 10)
    }
    try await ServedRooms.run(configuration) { rooms in
      var served = 0
      for _ in 0..<30 { if try rooms.connection().get("/healthz")?.status == 200 { served += 1 } }
      #expect(served == 10)
      #expect(rooms.log.refused("connectionRate"))
    }
  }

  @Test func `a client that does not answer pings leaves the room within the ping timeout`() async throws {
    let configuration = RoomServerConfiguration.with {
      $0.server.pingInterval = .milliseconds(500)
      $0.server.pingTimeout = .seconds(2)
    }
    try await ServedRooms.run(configuration) { rooms in
      let (alice, silent) = (try rooms.member("a"), try rooms.member("a"))
      try alice.expect { $0.contains("otherjoin") }
      try alice.expect(within: 20) { $0.hasPrefix(#"42["bye""#) }
      try silent.connection.waitForEnd(within: 20)
    }
  }
}
