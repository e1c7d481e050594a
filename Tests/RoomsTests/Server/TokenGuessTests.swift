import Harness
import RoomProtocol
import Rooms
import Testing

/// Guessing tokens is slowed down, without affecting clients with a right token.
@Suite(.timeLimit(.minutes(1))) struct TokenGuessTests {
  private static func configuration(
    first: Duration, longest: Duration, burst: Double = 100
  ) -> RoomServerConfiguration {
    .with {
      $0.rooms.token = Secret("right")
      $0.metricsToken = Secret("north")
      $0.server.limits.wrongTokens = Allowance(perSecond: 0.001, burst: burst)
      $0.server.limits.wrongTokenDelay = first
      $0.server.limits.longestWrongTokenDelay = longest
    }
  }

  private static func guess(_ peer: WebSocketPeer, _ number: Int = 1) {
    peer.send(#"42\#(number)["join","r",{"token":"x"}]"#)
  }

  @Test func `the delay after a wrong token doubles up to its maximum, and the last one closes the connection`()
    async throws
  {
    let configuration = Self.configuration(first: .milliseconds(20), longest: .milliseconds(100), burst: 5)
    try await ServedRooms.run(configuration) { rooms in
      let guesser = try WebSocketPeer.connected(port: rooms.port)
      for least in [0.02, 0.04, 0.08, 0.1, 0.1, 0.1] {
        let start = MonotonicClock.seconds
        Self.guess(guesser)
        try guesser.expect { $0 == #"431[{"ok":false,"reason":"token"}]"# }
        #expect(MonotonicClock.seconds - start >= least)
      }
      #expect(try guesser.closeCode() != nil)
      // The same holds for a new connection from that address.
      let next = try WebSocketPeer.connected(port: rooms.port)
      Self.guess(next)
      #expect(try next.closeCode() != nil)
      #expect(rooms.log.refused("flood"))
      _ = try rooms.member("r", #"{"token":"right"}"#)
    }
  }

  @Test func `while a wrong token waits for its answer, other clients join, and the guesser gets one more attempt`()
    async throws
  {
    try await ServedRooms.run(Self.configuration(first: .seconds(4), longest: .seconds(4))) { rooms in
      let guesser = try WebSocketPeer.connected(port: rooms.port)
      Self.guess(guesser)
      guesser.send(#"422["join","r",{"token":"right"}]"#)
      guesser.send(#"423["join","r",{"token":"right"}]"#)
      // The third attempt is refused immediately; the second waits.
      let first = try guesser.text()
      #expect(first == #"433[{"ok":false,"reason":"rate"}]"#)
      let start = MonotonicClock.seconds
      _ = try rooms.member("r", #"{"token":"right"}"#)
      #expect(MonotonicClock.seconds - start < 3)
      #expect(try guesser.text()?.contains(#""reason":"token""#) == true)
      try guesser.expect { $0.hasPrefix(#"432[{"ok":true"#) }
    }
  }

  @Test func `wrong tokens for the metrics are answered after the same delays`() async throws {
    try await ServedRooms.run(Self.configuration(first: .milliseconds(50), longest: .milliseconds(200))) { rooms in
      let connection = try rooms.connection()
      for least in [0.05, 0.1, 0.2, 0.2] {
        let start = MonotonicClock.seconds
        #expect(try connection.get("/metrics", ["Authorization: Bearer x"])?.status == 403)
        #expect(MonotonicClock.seconds - start >= least)
      }
      #expect(try connection.get("/metrics", ["Authorization: Bearer north"])?.status == 200)
    }
  }
}
