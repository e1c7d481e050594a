import Harness
import Testing

@testable import Rooms

/// Servers that listen on IPv4 and IPv6.
@Suite(.timeLimit(.minutes(1))) struct AddressFamilyTests {
  /// The status of a polling request; 0 if the connection is refused.
  private static func status(_ address: String, _ port: Int, _ headers: [String] = []) async throws -> Int? {
    try await HTTPStatus.get("/socket.io/?EIO=4&transport=polling", at: address, port, headers)
  }

  @Test(arguments: ["127.0.0.1", "0.0.0.0", "::"])
  func `bothFamilies listens on IPv4 and IPv6, at a given and at a free port`(_ host: String) async throws {
    var configuration = RoomServerConfiguration.with {
      $0.server.host = host
      $0.server.bothFamilies = true
    }
    for _ in 0..<2 {
      try await ServedRooms.run(configuration) { rooms in
        let four = try await Self.status("127.0.0.1", rooms.port)
        #expect(four == 200)
        let six = try await Self.status("::1", rooms.port)
        #expect(six == 200)
        configuration.server.port = rooms.port
      }
    }
  }

  @Test func `without bothFamilies only the given address is listened on`() async throws {
    for (host, statuses) in [("127.0.0.1", (200, 0)), ("0.0.0.0", (200, 0)), ("::1", (0, 200)), ("::", (200, 200))] {
      try await ServedRooms.run(.with { $0.server.host = host }) { rooms in
        let four = try await Self.status("127.0.0.1", rooms.port)
        #expect(four == statuses.0, "\(host)")
        let six = try await Self.status("::1", rooms.port)
        #expect(six == statuses.1, "\(host)")
      }
    }
  }

  @Test func `a port in use in one family throws addressInUse`() async throws {
    for (taken, host) in [
      ("127.0.0.1", "127.0.0.1"), ("::1", "127.0.0.1"), ("127.0.0.1", "0.0.0.0"), ("::1", "0.0.0.0"),
    ] {
      try await ServedRooms.run(.with { $0.server.host = taken }) { rooms in
        let server = RoomServer(
          .with {
            $0.server.host = host
            $0.server.port = rooms.port
            $0.server.bothFamilies = true
          })
        await #expect { try await server.start() } throws: { error in
          if case .addressInUse = error as? SocketIOServerError { true } else { false }
        }
        await server.shutdown()
        // The port of the other family is free again.
        let other = taken == "::1" ? "127.0.0.1" : "::1"
        try await ServedRooms.run(
          .with {
            $0.server.host = other
            $0.server.port = rooms.port
          }
        ) { _ in }
      }
    }
  }

  @Test func `limits, proxies and the log treat an IPv4-mapped IPv6 address as IPv4`() async throws {
    let configuration = RoomServerConfiguration.with {
      $0.server.host = "::"
      $0.server.trustedProxies = [AddressRange("127.0.0.0/8")!]
      $0.server.limits.connectionsPerAddress = 1
    }
    try await ServedRooms.run(configuration) { rooms in
      let first = try await Self.status("127.0.0.1", rooms.port, ["X-Forwarded-For: ::ffff:192.0.2.1"])
      #expect(first == 200)
      let second = try await Self.status("127.0.0.1", rooms.port, ["X-Forwarded-For: 192.0.2.1"])
      #expect(second == 503)
      #expect(rooms.log.text.contains("client=192.0.2.1"))
      #expect(!rooms.log.text.contains("ffff"))
    }
    for (range, isIn) in [
      ("::ffff:127.0.0.0/104", true), ("::ffff:127.0.0.1", true), ("::ffff:10.0.0.0/104", false), ("127.0.0.0/8", true),
    ] { #expect(AddressRange(range)?.contains([127, 0, 0, 1]) == isIn, "\(range)") }
    for wrong in ["::ffff:127.0.0.0/95", "::ffff:127.0.0.0/129", "127.0.0.0/33", "::/129", "127.0.0.0/-1"] {
      #expect(AddressRange(wrong) == nil, "\(wrong)")
    }
  }

  @Test func `local networks are sorted by default route, tunnels last, without internal ones`() {
    func network(
      _ interface: String, _ address: String, _ mask: String = "255.255.255.0", isTunnel: Bool = false,
      isRunning: Bool = true
    ) -> LocalNetwork? {
      LocalNetwork(interface: interface, address: address, mask: mask, isTunnel: isTunnel, isRunning: isRunning)
    }
    let prefix = "ffff:ffff:ffff:ffff::"
    for none in ["127.0.0.1", "169.254.7.7", "0.0.0.0"] { #expect(network("eth0", none) == nil, "\(none)") }
    for none in ["::1", "fe80::1", "::"] { #expect(network("eth0", none, prefix) == nil, "\(none)") }
    let all = [
      network("tun0", "10.8.0.2", isTunnel: true), network("wlan0", "192.168.60.9"),
      network("eth0", "192.168.50.9"), network("eth0", "192.168.50.10"), network("eth0", "10.1.1.1"),
      network("eth0", "2001:db8::9", prefix), network("six0", "2001:db8:1::9", prefix),
      network("six0", "fd00::9", prefix),
    ].compactMap(\.self)
    func order(_ all: [LocalNetwork], _ route: String?) -> [String] {
      LocalNetwork.sorted(all, default: route).map { "\($0.interface) \($0.address)" }
    }
    let idle = network("idle0", "192.168.80.9", isRunning: false)
    let last = ["eth0 192.168.50.9", "eth0 10.1.1.1", "six0 2001:db8:1::9", "tun0 10.8.0.2"]
    #expect(order(all, "192.168.60.9") == ["wlan0 192.168.60.9"] + last)
    #expect(order(all, "10.8.0.2") == ["wlan0 192.168.60.9"] + last)
    #expect(order(all, "192.168.50.9")[..<2] == ["eth0 192.168.50.9", "wlan0 192.168.60.9"])
    for inner in ["docker0", "br-0123456789ab", "virbr0"] { #expect(network(inner, "172.17.0.1") == nil) }
    for outer in ["br-lan", "br0", "bridge0"] { #expect(network(outer, "192.168.1.1") != nil) }
    #expect(order([], nil) == [])
    // An interface without a carrier counts only if it has the default route.
    #expect(order([idle].compactMap(\.self), nil) == [] && order([idle].compactMap(\.self), "192.168.80.9").count == 1)
  }
}
