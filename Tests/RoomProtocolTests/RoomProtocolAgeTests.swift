import Testing

@testable import RoomProtocol

/// Long sessions on machines that have been up for 1 h, 54 h, 30 days and 366 days.
@Suite struct RoomProtocolAgeTests {
  static let ages: [Double] = [3600, 54 * 3600, 30 * 86_400, 366 * 86_400]

  @Test(arguments: ages, [EngineIOVersion.v3, .v4])
  func `pings keep a session open, and without a network it times out`(age: Double, version: EngineIOVersion) {
    for transport in [EngineIOTransport.polling, .webSocket] {
      var pair = EngineIOPair(version, transport, mayUpgrade: false, seed: 3, start: .at(age))
      pair.run(until: .at(age + 600))
      #expect(pair.isOpen && pair.serverClosed == nil && pair.clientClosed == nil)
      pair.sendFromServer(EngineIOFrame(message: "1"))
      pair.sendFromClient(EngineIOFrame(message: "2"))
      pair.run(until: .at(age + 601))
      #expect(pair.clientReceived == [.text("1")] && pair.serverReceived == [.text("2")])
      pair.loseEverything()
      pair.isCut = true
      pair.run(until: .at(age + 700))
      #expect(pair.serverClosed == .pingTimeout && pair.clientClosed != nil)
    }
  }

  /// The numbers after 100 events a second for each age, and those at the limits of 31 bits, 32 bits and 15 digits.
  @Test(arguments: ages.map { UInt64($0) * 100 } + [1 << 31, 1 << 32, 999_999_999_000_000])
  func `acknowledgements with large numbers are matched`(last: UInt64) {
    var pending = PendingAcknowledgements(limit: 10, last: last)
    let (first, second) = (last + 1, last + 2)
    let given = [1.0, 2.0].map { pending.add(namespace: "/", until: .at($0)) }
    #expect(given == [first, second])
    var connection = SocketIOServerConnection(.v4, now: .at(0))
    var actions: [SocketIOServerAction] = []
    connection.received(.text("0"), now: .at(0), into: &actions)
    connection.accept("/", id: "id", into: &actions)
    actions = []
    connection.received(.text("2\(first)[\"a\"]"), now: .at(1), into: &actions)
    #expect(actions == [.event(SocketIOEvent(name: "a", arguments: [], id: first))])
    actions = []
    connection.acknowledge(first, ["ok"], into: &actions)
    #expect(actions == [.send([.text(utf8("43\(first)[\"ok\"]"))])])
    let removed = (0..<2).map { _ in pending.remove(namespace: "/", id: first) }
    #expect(removed == [true, false])
    #expect(pending.removeAll(until: .at(2)).map(\.id) == [second])
  }

  @Test(arguments: ages) func `times are added and subtracted`(age: Double) {
    let time = MonotonicTime.at(age)
    #expect((time + .seconds(25)) - time == .seconds(25))
    #expect(time - (time + .seconds(25)) == .zero)
    #expect(time - .at(0) == .seconds(age))
  }
}
