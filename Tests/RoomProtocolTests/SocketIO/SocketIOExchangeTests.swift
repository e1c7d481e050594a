import Testing

@testable import RoomProtocol

@Suite struct SocketIOExchangeTests {
  private typealias Actions = [SocketIOClientAction]

  private func exchange(in namespaces: String...) -> SocketIOExchange<SocketIOClientAction> {
    var exchange = SocketIOExchange<SocketIOClientAction>(.v5, limits: SocketIOLimits())
    for namespace in namespaces { exchange.join(namespace) }
    return exchange
  }

  @Test func `leaving a namespace ends its acknowledgements and no others`() {
    var exchange = exchange(in: "/a", "/b")
    var actions: Actions = []
    #expect(exchange.emit("x", [], in: "/a", until: .at(5), into: &actions) == 1)
    #expect(exchange.emit("x", [], in: "/b", until: .at(6), into: &actions) == 2)
    actions = []
    exchange.leave("/a", into: &actions)
    #expect(actions == [.acknowledgementMissing(namespace: "/a", id: 1)])
    #expect(exchange.acknowledgementDeadline == .at(6))
    actions = []
    exchange.received(
      acknowledgement: SocketIOPacket(.acknowledgement, namespace: "/a", id: 1, data: []), into: &actions)
    #expect(actions == [])
    exchange.received(
      acknowledgement: SocketIOPacket(.acknowledgement, namespace: "/b", id: 2, data: []), into: &actions)
    #expect(actions == [.acknowledged(namespace: "/b", id: 2, arguments: [])])
  }

  @Test func `a late acknowledgement is reported once`() {
    var exchange = exchange(in: "/")
    var actions: Actions = []
    #expect(exchange.emit("x", [], in: "/", until: .at(5), into: &actions) == 1)
    actions = []
    exchange.timeoutFired(now: .at(4), into: &actions)
    #expect(actions == [])
    exchange.timeoutFired(now: .at(5), into: &actions)
    exchange.timeoutFired(now: .at(6), into: &actions)
    #expect(actions == [.acknowledgementMissing(namespace: "/", id: 1)])
    #expect(exchange.acknowledgementDeadline == nil)
  }

  @Test func `nothing is sent in a namespace that is only asked for or was refused`() {
    var exchange = exchange()
    exchange.ask(for: "/", until: .at(9))
    #expect(exchange.hasAsked(for: "/") && !exchange.isConnected(to: "/"))
    var actions: Actions = []
    #expect(exchange.emit("x", [], in: "/", until: .at(5), into: &actions) == nil)
    exchange.emit("x", [], in: "/", into: &actions)
    exchange.acknowledge(1, [], in: "/", into: &actions)
    exchange.refuse("/")
    #expect(!exchange.hasAsked(for: "/"))
    exchange.emit("x", [], in: "/", into: &actions)
    #expect(actions == [])
  }
}
