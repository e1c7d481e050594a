import Harness
import RoomProtocol
import Rooms
import Testing

/// Admission: origins, host names, tokens and TURN credentials.
@Suite(.timeLimit(.minutes(1))) struct AccessTests {
  private static let polling = "/socket.io/?EIO=4&transport=polling"
  private static let webSocket = "/socket.io/?EIO=4&transport=websocket"

  @Test func `pages of other origins are refused with 403, by polling and by WebSocket`() async throws {
    try await ServedRooms.run { rooms in
      let own = ["Origin: http://127.0.0.1:\(rooms.port)", "Host: 127.0.0.1:\(rooms.port)"]
      #expect(try rooms.connection().get(Self.polling, own)?.status == 200)
      #expect(try rooms.connection().get(Self.webSocket, WebSocketPeer.upgrade + own)?.status == 101)
      for origin in ["http://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.evil.example", "file://"] {
        let headers = ["Origin: \(origin)", "Host: 127.0.0.1:\(rooms.port)"]
        #expect(try rooms.connection().get(Self.polling, headers)?.status == 403, "\(origin)")
        let answer = try #require(try rooms.connection().get(Self.webSocket, WebSocketPeer.upgrade + headers))
        #expect(answer.status == 403, "\(origin)")
        #expect(answer["Access-Control-Allow-Origin"] == nil)
      }
      let twice = own + ["Origin: http://evil.example"]
      #expect(try rooms.connection().get(Self.polling, twice)?.status == 403)
      #expect(rooms.log.refused("origin"))
    }
  }

  @Test func `an allowed origin may connect, and gets CORS headers`() async throws {
    try await ServedRooms.run(
      .with {
        $0.server.allowedOrigins = ["https://Pages.example"]
      }
    ) { rooms in
      let origin = ["Origin: https://pages.example"]
      let answer = try #require(try rooms.connection().get(Self.polling, origin))
      #expect(answer.status == 200)
      #expect(answer["Access-Control-Allow-Origin"] == "https://pages.example")
      #expect(answer["Vary"] == "Origin")
      let preflight = try #require(try rooms.connection().get(Self.polling, method: "OPTIONS", origin))
      #expect(preflight.status == 204)
      #expect(preflight["Access-Control-Allow-Headers"] == "Content-Type")
      #expect(try rooms.connection().get(Self.webSocket, WebSocketPeer.upgrade + origin)?.status == 101)
      #expect(try rooms.connection().get(Self.polling, ["Origin: http://pages.example"])?.status == 403)
      #expect(try rooms.connection().get(Self.polling, ["Origin: https://pages.example:8443"])?.status == 403)
    }
  }

  @Test func `a Host that is not a name of the server is refused with 421, an invalid one with 400`() async throws {
    try await ServedRooms.run(
      .with {
        $0.server.hostNames = ["Rooms.example"]
      }
    ) { rooms in
      for (status, hosts) in [
        (
          200,
          ["localhost", "LOCALHOST:\(rooms.port)", "127.0.0.1:80", "[::1]:8080", "rooms.example", "rooms.example.:443"]
        ),
        (421, ["evil.example", "127.0.0.2", "localhost.evil.example", "rooms.example.evil.example"]),
        (400, ["", "a b", "a:b", "user@localhost", "[::1", "localhost:99999", "localhost\r\nHost: localhost"]),
      ] {
        for host in hosts {
          let answer = try rooms.connection().get("/healthz", ["Host: \(host)"])
          #expect(answer?.status == status, "\(host)")
        }
      }
      let headers = WebSocketPeer.upgrade + ["Host: evil.example", "Origin: http://evil.example"]
      #expect(try rooms.connection().get(Self.webSocket, headers)?.status == 421)
      #expect(rooms.log.refused("host"))
    }
  }

  @Test func `a server on all addresses accepts as Host the local address of the connection only`() async throws {
    try await ServedRooms.run(
      .with {
        $0.server.host = "0.0.0.0"
      }
    ) { rooms in
      let own = try rooms.connection().get("/healthz", ["Host: 127.0.0.1"])
      #expect(own?.status == 200)
      #expect(try rooms.connection().get("/healthz", ["Host: 192.0.2.200"])?.status == 421)
    }
  }

  @Test func `a wrong token is refused with a reason, and appears in no log`() async throws {
    try await ServedRooms.run(
      .with {
        $0.rooms.token = Secret("right horse")
        $0.rooms.publisherToken = Secret("right battery")
      }
    ) { rooms in
      let peer = try WebSocketPeer.connected(port: rooms.port)
      for info in [#"{"token":"wrong horse"}"#, #"{"role":"publisher","token":"right horse"}"#, "{}", "7"] {
        peer.send(#"42["join","r",\#(info)]"#)
        #expect(try peer.text()?.contains(#""reason":"token""#) == true, "\(info)")
      }
      #expect(try peer.call(#"["join","r",{"token":"wrong horse"}]"#).contains(#""ok":false"#))
      _ = try rooms.member("r", #"{"token":"right horse"}"#)
      _ = try rooms.member("r", #"{"role":"publisher","token":"right battery"}"#)
      #expect(rooms.log.refused("token"))
      for secret in ["horse", "battery"] { #expect(!rooms.log.text.contains(secret)) }
    }
  }

  @Test func `a server on an IPv6 address accepts it as Host`() async throws {
    try await ServedRooms.run(.with { $0.server.host = "::1" }) { rooms in
      let script =
        "import socket,sys; s=socket.create_connection(('::1',int(sys.argv[1]))); "
        + "s.send(('GET /healthz HTTP/1.1\\r\\nHost: '+sys.argv[2]+'\\r\\nConnection: close\\r\\n\\r\\n').encode()); "
        + "print(s.recv(100).decode()[9:12])"
      for (host, status) in [
        ("[::1]:80", "200\n"), ("localhost", "200\n"), ("[::2]", "421\n"), ("example.org", "421\n"),
      ] {
        let got = try await Program.run("python3", ["-c", script, "\(rooms.port)", host])
        #expect(got == status, "\(host)")
      }
    }
  }

  @Test func `only members get TURN credentials, valid for an hour with coturn's HMAC`() async throws {
    try await ServedRooms.run(
      .with {
        $0.rooms.token = Secret("t")
        $0.turn = TURNServer(uris: ["turn:turn.example:3478", "turns:turn.example:5349"], secret: "north")
      }
    ) { rooms in
      let stranger = try WebSocketPeer.connected(port: rooms.port)
      stranger.send(#"42["join","r",{"token":"x"}]"#)
      #expect(try stranger.text()?.contains("credential") == false)
      #expect(try stranger.call(#"["iceServers","r"]"#) == #"[{"ok":false,"reason":"room"}]"#)

      // Without a presenter there is nothing to relay.
      let early = try WebSocketPeer.connected(port: rooms.port)
      early.send(#"42["join","r",{"token":"t","role":"viewer"}]"#)
      #expect(try !early.expect { $0.contains("joined") }.contains("iceServers"))
      #expect(try early.call(#"["iceServers","r"]"#) == #"[{"ok":true,"iceServers":[]}]"#)
      let presenter = try rooms.member("r", #"{"token":"t","role":"publisher"}"#)
      let pushed = try JSON(parsing: String(try early.expect { $0.contains("iceServers") }.dropFirst(2)))
      // The credentials arrive before the presenter is announced.
      #expect(try early.text()?.contains("otherjoin") == true)

      let peer = try WebSocketPeer.connected(port: rooms.port)
      peer.send(#"42["join","r",{"token":"t"}]"#)
      let joined = try JSON(parsing: String(try peer.expect { $0.contains("joined") }.dropFirst(2)))
      let fresh = try JSON(parsing: try peer.call(#"["iceServers","r"]"#))
      var users: Set<Substring> = []
      for (servers, ttl) in [
        (joined[3]["iceServers"], joined[3]["ttl"]), (fresh[0]["iceServers"], fresh[0]["ttl"]),
        (pushed[2]["iceServers"], pushed[2]["ttl"]),
      ] {
        #expect(ttl == 3600)
        #expect(servers[0]["urls"] == ["turn:turn.example:3478", "turns:turn.example:5349"])
        let user = try #require(servers[0]["username"].string)
        let expected = try await Program.run(
          "sh", ["-c", #"printf %s "$1" | openssl dgst -sha1 -hmac north -binary | base64"#, "sh", user])
        #expect(servers[0]["credential"].string == expected.split(separator: "\n").first.map(String.init))
        let parts = user.split(separator: ":")
        users.insert(try #require(parts.count == 2 ? parts[1] : nil))
        let now = try #require(Double(try await Program.run("date", ["+%s"]).filter(\.isNumber)))
        #expect(abs((Double(parts[0]) ?? 0) - now - 3600) < 30)
      }
      // All members at one address are one user, with another name in another room.
      #expect(users.count == 1 && users.first?.contains("127") == false)
      let elsewhere = try WebSocketPeer.connected(port: rooms.port)
      elsewhere.send(#"42["join","s",{"token":"t","role":"publisher"}]"#)
      let other = try elsewhere.expect { $0.contains("joined") }
      #expect(other.contains("username") && !other.contains(users.first ?? ""))
      presenter.connection.close()
    }
  }

  @Test func `TURN credentials beyond the rate limit are refused`() async throws {
    try await ServedRooms.run(
      .with {
        $0.turn = TURNServer(uris: ["turn:turn.example"], secret: "north")
        $0.server.limits.credentials = Allowance(perSecond: 0.001, burst: 5)
      }
    ) { rooms in
      let peer = try rooms.member("r", #"{"role":"publisher"}"#)
      for _ in 0..<4 { #expect(try peer.call(#"["iceServers","r"]"#).contains("username")) }
      #expect(try peer.call(#"["iceServers","r"]"#) == #"[{"ok":false,"reason":"rate"}]"#)
    }
  }

  @Test func `limits apply to the client in X-Forwarded-For of a trusted proxy only`() async throws {
    for (trusted, statuses) in [([], [200, 503, 503]), (["127.0.0.0/8"], [200, 503, 200])] {
      try await ServedRooms.run(
        .with {
          $0.server.trustedProxies = trusted.compactMap { AddressRange($0) }
          $0.server.limits.connectionsPerAddress = 1
        }
      ) { rooms in
        let got = try ["192.0.2.1", "8.8.8.8, 192.0.2.1", "192.0.2.2"].map { client in
          let connection = try rooms.connection()
          // Without a trusted proxy the connections count too: one at a time.
          defer { connection.close() }
          return try connection.get(Self.polling, ["X-Forwarded-For: \(client)", "Connection: close"])?.status
        }
        if trusted.isEmpty {
          #expect(got[0] == 200 && got[1] != 200 && got[2] != 200)
        } else {
          #expect(got == statuses)
        }
      }
    }
  }

  /// A foreign page that loads the server's URL as an image sends no `Origin`.
  @Test func `a cross-site request without Origin opens no session`() async throws {
    try await ServedRooms.run { rooms in
      func status(_ path: String, _ site: String) throws -> Int? {
        try rooms.connection().get(path, ["Sec-Fetch-Site: \(site)"])?.status
      }
      for site in ["cross-site", "same-site"] {
        let (opened, page) = (try status(Self.polling, site), try status("/room/bay", site))
        // A link to the room works.
        #expect(opened == 403 && page == 200)
      }
      let sessions = try rooms.metric("sessions_total")
      #expect(sessions == 0)
      for site in ["same-origin", "none"] {
        let opened = try status(Self.polling, site)
        #expect(opened == 200)
      }
    }
  }
}
