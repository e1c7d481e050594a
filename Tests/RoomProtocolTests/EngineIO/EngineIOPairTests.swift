import RoomProtocol
import TestSupport
import Testing

/// A client's and a server's session over a network with random delays.
@Suite struct EngineIOPairTests {
  struct Way: Sendable, CustomTestStringConvertible {
    let version: EngineIOVersion
    let transport: EngineIOTransport
    let mayUpgrade: Bool

    var testDescription: String { "\(version) \(transport)\(mayUpgrade ? " with upgrade" : "")" }

    static let all = [EngineIOVersion.v3, .v4].flatMap { version in
      [
        Way(version: version, transport: .polling, mayUpgrade: false),
        Way(version: version, transport: .polling, mayUpgrade: true),
        Way(version: version, transport: .webSocket, mayUpgrade: false),
      ]
    }
  }

  private func frame(_ number: Int, _ random: inout SeededRandom) -> EngineIOFrame {
    Bool.random(using: &random) ? EngineIOFrame(message: "😀\(number)") : .binary(utf8("\(number)"))
  }

  private func message(_ frame: EngineIOFrame) -> EngineIOMessage {
    switch frame {
    case .text(let bytes): .text(bytes[1...])
    case .binary(let bytes): .binary(bytes[...])
    }
  }

  @Test(arguments: Way.all)
  func `every message arrives once and in order, also during an upgrade`(way: Way) {
    for seed in 0..<60 as Range<UInt64> {
      var pair = EngineIOPair(way.version, way.transport, mayUpgrade: way.mayUpgrade, seed: seed)
      pair.run(until: .at(0.6))
      #expect(pair.isOpen)
      var sent: (client: [EngineIOFrame], server: [EngineIOFrame]) = ([], [])
      for number in 0..<100 {
        let frame = frame(number, &pair.random)
        if Bool.random(using: &pair.random) {
          sent.client.append(frame)
          pair.sendFromClient(frame)
        } else {
          sent.server.append(frame)
          pair.sendFromServer(frame)
        }
        pair.run(until: pair.now + .milliseconds(Int.random(in: 0...40, using: &pair.random)))
      }
      // Long enough for several pings.
      pair.run(until: .at(100))
      #expect(pair.serverReceived == sent.client.map(message), "seed \(seed)")
      #expect(pair.clientReceived == sent.server.map(message), "seed \(seed)")
      #expect(pair.client.transport == (way.mayUpgrade ? .webSocket : way.transport), "seed \(seed)")
      #expect(pair.server.transport == pair.client.transport)
      #expect(pair.serverClosed == nil && pair.clientClosed == nil && pair.refusals == 0, "seed \(seed)")
    }
  }

  @Test(arguments: Way.all)
  func `messages sent before a close arrive, and both sides report which one closed`(way: Way) {
    for seed in 0..<40 as Range<UInt64> {
      var pair = EngineIOPair(way.version, way.transport, mayUpgrade: way.mayUpgrade, seed: seed)
      // Sometimes in the middle of the upgrade.
      pair.run(until: .at(0.6) + .milliseconds(Int.random(in: 0...1500, using: &pair.random)))
      #expect(pair.isOpen)
      let last = EngineIOFrame(message: "last")
      if seed % 2 == 0 {
        pair.sendFromClient(last)
        pair.closeClient()
        pair.run(until: pair.now + .seconds(3))
        #expect(pair.serverReceived == [message(last)], "seed \(seed)")
        #expect(pair.serverClosed == .closedByPeer && pair.clientClosed == .closedHere, "seed \(seed)")
      } else {
        pair.sendFromServer(last)
        pair.closeServer()
        pair.run(until: pair.now + .seconds(3))
        #expect(pair.clientReceived == [message(last)], "seed \(seed)")
        #expect(pair.serverClosed == .closedHere && pair.clientClosed == .closedByPeer, "seed \(seed)")
      }
    }
  }

  @Test(arguments: Way.all)
  func `without a network both sides end the session within ping interval and time-out`(way: Way) {
    var pair = EngineIOPair(way.version, way.transport, mayUpgrade: way.mayUpgrade, seed: 1)
    pair.run(until: .at(10))
    while pair.now < .at(56) {
      pair.loseEverything()
      pair.run(until: pair.now + .milliseconds(1))
    }
    #expect(pair.serverClosed == .pingTimeout)
    #expect(pair.clientClosed == .pingTimeout)
  }
}
