import Harness
import RoomProtocol
import Rooms
import Testing

/// The HTTP resources besides Socket.IO, and HTTP itself.
@Suite(.timeLimit(.minutes(1))) struct HTTPTests {
  @Test func `the page and its files are served with security headers, other paths are 404`() async throws {
    try await ServedRooms.run { rooms in
      let connection = try rooms.connection()
      let page = try #require(try connection.get("/room/demo-1"))
      #expect(page.status == 200)
      #expect(page["Content-Type"] == "text/html; charset=utf-8")
      #expect(page.body.contains("oriel-socket"))
      let policy = page["Content-Security-Policy"] ?? ""
      for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"] {
        #expect(policy.contains(part))
      }
      #expect(page["Referrer-Policy"] == "no-referrer")
      #expect(page["X-Content-Type-Options"] == "nosniff")
      #expect(page["Cache-Control"] == "no-store")
      // All on the same connection.
      let script = try #require(try connection.get("/assets/app.js"))
      #expect(script.status == 200)
      #expect(script["Content-Type"] == "text/javascript; charset=utf-8")
      #expect(script["Content-Security-Policy"] != nil)
      let head = try #require(try connection.get("/room/demo-1", method: "HEAD"))
      #expect(head["Content-Length"] == page["Content-Length"])
      for path in ["/", "/room/", "/room/a/b", "/room/a%20b", "/assets/../index.html", "/assets/none.js", "/other"] {
        #expect(try connection.get(path)?.status == 404, "\(path)")
      }
      #expect(try connection.get("/room/demo", method: "POST", body: "x")?.status == 405)
      #expect(try connection.get("/healthz")?.body == "ok\n")
    }
  }

  @Test func `every file that the page names is served`() async throws {
    try await ServedRooms.run { rooms in
      let connection = try rooms.connection()
      let page = try #require(try connection.get("/room/a")).body
      let files = page.matches(of: /\.\.\/assets\/([a-z.]+)"/).map { String($0.output.1) }
      #expect(files.count > 5)
      for file in files { #expect(try connection.get("/assets/\(file)")?.status == 200, "\(file)") }
    }
  }

  @Test func `another path for Socket.IO is written into the page`() async throws {
    try await ServedRooms.run(
      .with {
        $0.server.path = "/signal/io/"
      }
    ) { rooms in
      let connection = try rooms.connection()
      #expect(try connection.get("/room/a")?.body.contains(#"content="../signal/io/""#) == true)
      #expect(try connection.get("/socket.io/?EIO=4&transport=polling")?.status == 404)
      #expect(try connection.get("/signal/io/?EIO=4&transport=polling")?.status == 200)
      #expect(try connection.get("/signal/io?EIO=4&transport=polling")?.status == 200)
    }
  }

  @Test func `pipelined requests are answered in order`() async throws {
    try await ServedRooms.run { rooms in
      let connection = try rooms.connection()
      let names = ["healthz", "room/a", "none", "healthz"]
      connection.send(names.map { "GET /\($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }.joined())
      let statuses = try names.map { _ in try connection.response()?.status }
      #expect(statuses == [200, 200, 404, 200])
      connection.send("GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
      #expect(try connection.response()?["Connection"] == "close")
      try connection.waitForEnd()
    }
  }

  @Test func `invalid Engine IO requests get 400 with its error codes`() async throws {
    try await ServedRooms.run { rooms in
      let connection = try rooms.connection()
      let cases = [
        ("GET", "EIO=4&transport=carrier-pigeon", 0), ("GET", "EIO=4&transport=polling&sid=unknown", 1),
        ("POST", "EIO=4&transport=polling", 2), ("GET", "EIO=4&transport=websocket", 3),
        ("GET", "EIO=4&transport=polling&j=0", 3), ("GET", "EIO=2&transport=polling", 5), ("GET", "", 0),
      ]
      for (method, query, code) in cases {
        let answer = try #require(try connection.get("/socket.io/?\(query)", method: method))
        #expect(answer.status == 400, "\(query)")
        #expect(try JSON(parsing: answer.body)["code"].int == code, "\(query)")
      }
    }
  }

  @Test func `metrics are served to this machine or with their token, and contain no room name`() async throws {
    try await ServedRooms.run { rooms in
      let member = try rooms.member("a-very-secret-room")
      let metrics = try rooms.metrics()
      #expect(metrics.contains("oriel_members 1\n"))
      #expect(metrics.contains("# TYPE oriel_rooms gauge\noriel_rooms 1\n"))
      #expect(!metrics.contains("secret"))
      // A request through a proxy on this machine may be anyone's.
      #expect(try rooms.connection().get("/metrics", ["X-Forwarded-For: 192.0.2.7"])?.status == 403)
      #expect(rooms.log.refused("metrics"))
      #expect(!rooms.log.text.contains("a-very-secret-room"))
      member.connection.close()
    }
    // The header of an untrusted proxy is ignored.
    try await ServedRooms.run(.with { $0.server.trustedProxies = [AddressRange("10.0.0.0/8")].compactMap(\.self) }) {
      rooms in
      let elsewhere = try rooms.connection().get("/metrics", ["X-Forwarded-For: 192.0.2.7"])
      let direct = try rooms.connection().get("/metrics")
      #expect(elsewhere?.status == 403 && direct?.status == 200)
    }
    // A trusted proxy on this machine that sends no header may forward anyone's request.
    try await ServedRooms.run(.with { $0.server.trustedProxies = [AddressRange("127.0.0.0/8")].compactMap(\.self) }) {
      rooms in
      let silent = try rooms.connection().get("/metrics")
      let elsewhere = try rooms.connection().get("/metrics", ["X-Forwarded-For: 192.0.2.7"])
      let here = try rooms.connection().get("/metrics", ["X-Forwarded-For: 127.0.0.1"])
      #expect([silent, elsewhere, here].map { $0?.status } == [403, 403, 200])
    }
    try await ServedRooms.run(
      .with {
        $0.metricsToken = Secret("open sesame")
      }
    ) { rooms in
      let without = try rooms.connection().get("/metrics")
      #expect(without?.status == 403)
      #expect(try rooms.connection().get("/metrics", ["Authorization: Bearer open"])?.status == 403)
      let header = ["Authorization: Bearer open sesame", "X-Forwarded-For: 192.0.2.7"]
      #expect(try rooms.connection().get("/metrics", header)?.status == 200)
      #expect(!rooms.log.text.contains("sesame"))
    }
  }
}
