import Harness
import Rooms
import Testing

/// Invalid or hostile input is refused with a reason in the log, and does not affect other clients.
@Suite(.timeLimit(.minutes(1))) struct AbuseTests {
  @Test func `a frame that is too large closes its connection with 1009`() async throws {
    try await withBystanders(.with { $0.server.limits.messageBytes = 2000 }) { rooms in
      let peer = try WebSocketPeer.connected(port: rooms.port)
      peer.send(String(repeating: "4", count: 2001))
      #expect(try peer.closeCode() == 1009)
      try peer.connection.waitForEnd()
      // Refused by its length in the header, before any payload.
      let liar = try WebSocketPeer.connected(port: rooms.port)
      liar.connection.send([0x82, 0xFF, 0x7F] + [UInt8](repeating: 0xFF, count: 7))
      #expect(try liar.closeCode() == 1009)
      // In fragments that are each small enough.
      let fragmented = try WebSocketPeer.connected(port: rooms.port)
      fragmented.send(opcode: 1, [UInt8](repeating: 0x34, count: 1500), isFinal: false)
      fragmented.send(opcode: 0, [UInt8](repeating: 0x34, count: 1500), isFinal: true)
      #expect(try fragmented.closeCode() == 1009)
      #expect(rooms.log.refused("frameTooLarge"))
    }
  }

  @Test func `a body that is too large is refused with 413, with Content-Length and chunked`() async throws {
    try await withBystanders(.with { $0.server.limits.messageBytes = 2000 }) { rooms in
      for head in ["Content-Length: 2000000", "Transfer-Encoding: chunked"] {
        let connection = try rooms.connection()
        connection.send("POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\(head)\r\n\r\n")
        for _ in 0..<2000 { connection.send("3e8\r\n" + String(repeating: "x", count: 1000) + "\r\n") }
        #expect(try connection.response()?.status == 413, "\(head)")
        try connection.waitForEnd()
      }
      #expect(rooms.log.refused("bodyTooLarge"))
    }
  }

  @Test func `a request sent byte by byte times out with 408`() async throws {
    let configuration = RoomServerConfiguration.with {
      $0.server.limits.headTimeout = .milliseconds(800)
      $0.server.limits.bodyTimeout = .milliseconds(800)
      $0.server.limits.idleTimeout = .milliseconds(800)
    }
    try await withBystanders(configuration) { rooms in
      let silent = try rooms.connection()
      let head = try rooms.connection()
      let body = try rooms.connection()
      let idle = try rooms.connection()
      #expect(try idle.get("/healthz")?.status == 200)
      body.send("POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n")
      for letter in "GET /room/a HTTP/1.1\r\nHost: localhost\r\nX" {
        head.send(String(letter))
        body.send("x")
        try await Task.sleep(for: .milliseconds(25))
      }
      for connection in [head, body] {
        #expect(try connection.response()?.status == 408)
        try connection.waitForEnd()
      }
      try silent.waitForEnd()
      try idle.waitForEnd()
      #expect(rooms.log.refused("timeout"))
    }
  }

  @Test func `a request head that is too large is refused with 431`() async throws {
    try await withBystanders { rooms in
      let connection = try rooms.connection()
      connection.send("GET / HTTP/1.1\r\nHost: localhost\r\n")
      for number in 0..<100 { connection.send("X-\(number): \(String(repeating: "x", count: 200))\r\n") }
      #expect(try connection.response()?.status == 431)
      try connection.waitForEnd()
      #expect(rooms.log.refused("headTooLarge"))
    }
  }

  @Test func `invalid HTTP is refused with 400 or a close`() async throws {
    try await withBystanders { rooms in
      for garbage in [
        "\u{16}\u{3}\u{1}\u{2}\u{0}", "GET / HTTP/9.9\r\n\r\n", "GET  / / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      ] {
        let connection = try rooms.connection()
        connection.send(garbage)
        let answer = try connection.response()
        #expect(answer == nil || answer?.status == 400, "\(garbage)")
        try connection.waitForEnd()
      }
      #expect(rooms.log.refused("badRequest"))
    }
  }

  @Test func `a client's text is shortened and without format characters in the log`() async throws {
    try await ServedRooms.run { rooms in
      let origin = "Origin: http://\u{202e}gro.elpmaxe\u{2066}" + String(repeating: "x", count: 1000)
      let answer = try rooms.connection().get("/healthz", [origin])
      #expect(answer?.status == 403)
      #expect(rooms.log.text.contains("gro.elpmaxe"))
      #expect(!rooms.log.text.unicodeScalars.contains { $0.properties.generalCategory == .format })
      #expect(rooms.log.text.count < 500)
    }
  }

  @Test func `600 refusals cause at most 300 lines of log, and are all counted`() async throws {
    try await ServedRooms.run { rooms in
      let connection = try rooms.connection()
      for _ in 0..<300 {
        let answer = try connection.get("/socket.io/", ["Origin: http://evil.example"])
        #expect(answer == nil || answer?.status == 403)
        if answer == nil { break }
      }
      for _ in 0..<300 {
        #expect(try rooms.connection().get("/healthz", ["Host: evil.example"])?.status == 421)
      }
      let lines = rooms.log.text.split(separator: "\n").filter { $0.contains("refused") }
      #expect((100...300).contains(lines.count))
      #expect(try rooms.metrics().contains(#"oriel_refused_total{reason="host"} 300"#))
    }
  }

  @Test func `frames that break the WebSocket protocol close it with 1002`() async throws {
    try await withBystanders { rooms in
      let breaches: [(String, (WebSocketPeer) -> Void)] = [
        ("unmasked", { $0.send(opcode: 1, [0x34], isMasked: false) }),
        ("reserved bit", { $0.send(opcode: 1, [0x34], reserved: 0x40) }),
        ("reserved opcode", { $0.send(opcode: 3, []) }),
        ("fragmented ping", { $0.send(opcode: 9, [], isFinal: false) }),
        ("large ping", { $0.send(opcode: 9, [UInt8](repeating: 0, count: 126)) }),
        ("continuation of nothing", { $0.send(opcode: 0, [0x34]) }),
        (
          "a message in another",
          {
            $0.send(opcode: 1, [0x34], isFinal: false)
            $0.send(opcode: 1, [0x34])
          }
        ),
      ]
      for (name, breach) in breaches {
        let peer = try WebSocketPeer.connected(port: rooms.port)
        breach(peer)
        #expect(try peer.closeCode() == 1002, "\(name)")
        try peer.connection.waitForEnd()
      }
      #expect(rooms.log.refused("invalidFrame"))
    }
  }

  @Test func `invalid packets end the session`() async throws {
    try await withBystanders { rooms in
      let packets: [[UInt8]] = [
        [0x34, 0x32, 0xFF, 0xFE], Array("9".utf8), [], Array("47".utf8), Array(#"42["x""#.utf8), Array("42{}".utf8),
        Array(#"451-["x",{"_placeholder":true,"num":0}]"#.utf8) + Array("42".utf8), Array("bnot base64!".utf8),
        Array(("42" + String(repeating: "[", count: 5000)).utf8),
      ]
      for packet in packets {
        let peer = try WebSocketPeer.connected(port: rooms.port)
        peer.send(opcode: 1, packet)
        peer.send("42[\"x\"]")
        #expect(try peer.closeCode() != nil, "\(packet.prefix(20))")
        try peer.connection.waitForEnd()
      }
      let peer = try WebSocketPeer.connected(port: rooms.port)
      peer.send(opcode: 2, [1, 2, 3])
      #expect(try peer.closeCode() != nil)
      let connection = try rooms.connection()
      let opened = try #require(try connection.get("/socket.io/?EIO=4&transport=polling"))
      let id = try #require(try JSON(parsing: String(opened.body.dropFirst()))["sid"].string)
      let target = "/socket.io/?EIO=4&transport=polling&sid=\(id)"
      #expect(try connection.get(target, method: "POST", body: "4\u{1e}\u{1e}9")?.status == 400)
      #expect(try connection.get(target)?.status == 400)
      #expect(rooms.log.refused("invalidPacket"))
    }
  }

  @Test func `a second simultaneous poll ends the session, and an unknown session is refused`() async throws {
    try await withBystanders { rooms in
      let connection = try rooms.connection()
      let opened = try #require(try connection.get("/socket.io/?EIO=4&transport=polling"))
      let id = try #require(try JSON(parsing: String(opened.body.dropFirst()))["sid"].string)
      let target = "/socket.io/?EIO=4&transport=polling&sid=\(id)"
      connection.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n")
      // The second poll ends both.
      var second: Int?
      while second == nil || second == 200 { second = try rooms.connection().get(target)?.status }
      #expect(second == 400)
      #expect(try connection.response()?.status == 200)
      #expect(
        try rooms.connection().get("/socket.io/?EIO=4&transport=websocket&sid=nobody", WebSocketPeer.upgrade)?.status
          == 400)
    }
  }

  @Test func `random bytes at any stage do not affect other clients`() async throws {
    var configuration = RoomServerConfiguration()
    configuration.server.limits.headTimeout = .milliseconds(500)
    configuration.server.limits.bodyTimeout = .milliseconds(500)
    try await withBystanders(configuration) { rooms in
      var random = SeededRandom(seed: 7)
      let seeds = [
        #"42["join","r",{"role":"publisher"}]"#, #"451-["message","r",{"_placeholder":true,"num":0}]"#, "40", "2probe",
        "5", "3",
        #"42["message","r",{"to":[1,{"a":null}],"from":1e999}]"#, "41", #"431["x"]"#, "0{}", "1",
      ]
      for round in 0..<300 {
        var bytes = Array(seeds[random.below(seeds.count)].utf8)
        for _ in 0..<random.below(4) where !bytes.isEmpty {
          let index = random.below(bytes.count)
          switch random.below(3) {
          case 0: bytes[index] = UInt8(random.below(256))
          case 1: bytes.remove(at: index)
          default: bytes.insert(UInt8(random.below(256)), at: index)
          }
        }
        switch round % 3 {
        case 0:
          let peer = try WebSocketPeer.connected(port: rooms.port)
          peer.send(opcode: UInt8(random.below(3)), bytes, isFinal: random.below(4) > 0)
          peer.send(opcode: UInt8(random.below(16)), bytes)
          peer.connection.close()
        case 1:
          let connection = try rooms.connection()
          let target = "/socket.io/?EIO=\(3 + random.below(2))&transport=polling"
          let body = try #require(try connection.get(target)).body
          guard let id = body.split(separator: "\"").first(where: { $0.count == 22 }) else { continue }
          _ = try connection.get(target + "&sid=\(id)", method: "POST", body: String(decoding: bytes, as: UTF8.self))
        default:
          let connection = try rooms.connection()
          connection.send(
            Array("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n".utf8) + bytes)
          connection.send("\r\n\r\n")
        }
      }
    }
  }
}
