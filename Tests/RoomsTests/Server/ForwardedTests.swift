import Harness
import Rooms
import Testing

/// The forwarding headers of a proxy.
@Suite(.timeLimit(.minutes(1))) struct ForwardedTests {
  private static let polling = "/socket.io/?EIO=4&transport=polling"

  private struct Case {
    let host: String
    var forwarded: [String] = []
    let origin: String
    /// From a trusted proxy, and from any other client.
    let statuses: (Int, Int)
  }

  @Test func `pages of the host in a trusted proxy's headers may connect, other clients' headers are ignored`()
    async throws
  {
    let cases = [
      // nginx's `Host $host`: the port is not known.
      Case(host: "rooms.test", origin: "https://rooms.test:21443", statuses: (200, 403)),
      Case(host: "rooms.test", origin: "https://rooms.test", statuses: (200, 200)),
      Case(host: "rooms.test", origin: "https://evil.test:21443", statuses: (403, 403)),
      Case(host: "rooms.test", origin: "https://rooms.test.evil.test", statuses: (403, 403)),
      Case(
        host: "rooms.test", forwarded: ["X-Forwarded-Host: rooms.test:21443", "X-Forwarded-Proto: https"],
        origin: "https://rooms.test:21443", statuses: (200, 403)),
      // With a known port, another port is another origin.
      Case(
        host: "rooms.test", forwarded: ["X-Forwarded-Host: rooms.test:21443"], origin: "https://rooms.test:8443",
        statuses: (403, 403)),
      Case(
        host: "rooms.test", forwarded: ["X-Forwarded-Port: 21443"], origin: "https://rooms.test:21443",
        statuses: (200, 403)),
      Case(
        host: "rooms.test", forwarded: ["X-Forwarded-Port: 21443"], origin: "https://rooms.test:8443",
        statuses: (403, 403)),
      Case(host: "rooms.test:8443", origin: "https://rooms.test:21443", statuses: (403, 403)),
      // The server's own address in `Host`, the name in `X-Forwarded-Host`.
      Case(
        host: "127.0.0.1:21080", forwarded: ["X-Forwarded-Host: rooms.test:21443"], origin: "https://rooms.test:21443",
        statuses: (200, 403)),
      // Anyone may have written the values before the proxy's own.
      Case(
        host: "rooms.test", forwarded: ["X-Forwarded-Host: evil.test, rooms.test:21443"],
        origin: "https://rooms.test:21443", statuses: (200, 403)),
      Case(
        host: "rooms.test", forwarded: ["X-Forwarded-Host: rooms.test, evil.test"], origin: "https://evil.test",
        statuses: (421, 403)),
      Case(
        host: "evil.test", forwarded: ["X-Forwarded-Host: rooms.test"], origin: "https://rooms.test",
        statuses: (421, 421)),
      Case(
        host: "rooms.test", forwarded: ["X-Forwarded-Host: a/c"], origin: "https://rooms.test", statuses: (400, 200)),
    ]
    for isTrusted in [true, false] {
      let configuration = RoomServerConfiguration.with {
        $0.server.hostNames = ["rooms.test"]
        if isTrusted { $0.server.trustedProxies = [AddressRange("127.0.0.1")!] }
      }
      try await ServedRooms.run(configuration) { rooms in
        for test in cases {
          let headers = ["Host: \(test.host)"] + test.forwarded + ["Origin: \(test.origin)"]
          let status = try rooms.connection().get(Self.polling, headers)?.status
          #expect(status == (isTrusted ? test.statuses.0 : test.statuses.1), "\(isTrusted): \(headers)")
        }
      }
    }
  }

  @Test func `the page's policy allows WebSockets to the proxy's X-Forwarded-Host`() async throws {
    let configuration = RoomServerConfiguration.with { $0.server.trustedProxies = [AddressRange("127.0.0.1")!] }
    try await ServedRooms.run(configuration) { rooms in
      let headers = ["Host: localhost", "X-Forwarded-Host: localhost:21443"]
      let policy = try rooms.connection().get("/room/bay", headers)?["Content-Security-Policy"]
      #expect(policy?.contains("wss://localhost:21443;") == true, "\(policy ?? "")")
      // A policy cannot contain an IPv6 address.
      let other = try rooms.connection().get("/room/bay", ["Host: [::1]:80"])?["Content-Security-Policy"]
      #expect(other?.contains("connect-src 'self';") == true, "\(other ?? "")")
    }
  }

  @Test func `the external URL's host and origin are accepted without a trusted proxy`()
    async throws
  {
    let configuration = RoomServerConfiguration.with {
      $0.server.externalURL = ExternalURL("https://Rooms.test:21443/talks")
    }
    try await ServedRooms.run(configuration) { rooms in
      for (host, origin, status) in [
        ("rooms.test", "https://rooms.test:21443", 200), ("127.0.0.1", "https://rooms.test:21443", 200),
        ("rooms.test:21443", "https://rooms.test:21443", 200), ("127.0.0.1", "https://rooms.test", 403),
        ("127.0.0.1", "http://rooms.test:21443", 403), ("other.test", "https://rooms.test:21443", 421),
      ] {
        let headers = ["Host: \(host)", "Origin: \(origin)"]
        let got = try rooms.connection().get(Self.polling, headers)?.status
        #expect(got == status, "\(headers)")
      }
    }
  }

  @Test func `an external URL is normalized, and an invalid one is nil`() {
    #expect(ExternalURL("https://Rooms.test:443")?.description == "https://rooms.test/")
    #expect(ExternalURL("http://rooms.test:8080/talks")?.description == "http://rooms.test:8080/talks/")
    #expect(ExternalURL("http://[::1]:8080/")?.description == "http://[::1]:8080/")
    for text in [
      "", "rooms.test", "https://", "ftp://rooms.test", "https://a@rooms.test", "https://rooms.test/?a",
      "https://rooms.test/#a",
      "https://rooms.test/a b", "app://rooms.test", "null", "https://rooms.test:99999",
    ] { #expect(ExternalURL(text) == nil, "\(text)") }
  }
}
