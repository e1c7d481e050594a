import RoomProtocol
import Testing

@Suite struct SocketIOServerConnectionTests {
  private typealias Actions = [SocketIOServerAction]

  private func actions(_ call: (inout Actions) -> Void) -> Actions {
    var actions: Actions = []
    call(&actions)
    return actions
  }

  private func send(_ text: String, _ attachments: [UInt8]...) -> SocketIOServerAction {
    .send([.text(utf8("4" + text))] + attachments.map { .binary($0) })
  }

  private func receive(_ text: String, _ connection: inout SocketIOServerConnection, at seconds: Double = 1) -> Actions
  {
    actions { connection.received(.text(text), now: .at(seconds), into: &$0) }
  }

  /// A connection in `/`.
  private func joined(_ engine: EngineIOVersion, limits: SocketIOLimits = SocketIOLimits()) -> SocketIOServerConnection
  {
    var connection = SocketIOServerConnection(engine, limits: limits, now: .at(0))
    _ = actions { connection.opened(into: &$0) }
    if engine == .v4 { _ = receive("0", &connection) }
    _ = actions { connection.accept("/", id: "id", into: &$0) }
    return connection
  }

  @Test func `a version 5 client asks for every namespace and gets its id`() {
    var connection = SocketIOServerConnection(.v4, now: .at(0))
    #expect(actions { connection.opened(into: &$0) } == [])
    #expect(
      receive("0{\"token\":\"x\"}", &connection) == [.connecting(namespace: "/", auth: ["token": "x"], query: nil)])
    #expect(receive("0", &connection) == [])
    #expect(actions { connection.accept("/", id: "id", into: &$0) } == [send("0{\"sid\":\"id\"}")])
    #expect(connection.isConnected(to: "/"))
    #expect(receive("0/admin,", &connection) == [.connecting(namespace: "/admin", auth: nil, query: nil)])
    #expect(
      actions { connection.refuse("/admin", "no", data: ["why": 1], into: &$0) } == [
        send("4/admin,{\"message\":\"no\",\"data\":{\"why\":1}}")
      ])
    #expect(!connection.isConnected(to: "/admin"))
    #expect(receive("0/admin,", &connection) == [.connecting(namespace: "/admin", auth: nil, query: nil)])
  }

  @Test func `a version 4 client is in the main namespace at once`() {
    var connection = SocketIOServerConnection(.v3, now: .at(0))
    #expect(actions { connection.opened(into: &$0) } == [.connecting(namespace: "/", auth: nil, query: nil)])
    #expect(actions { connection.accept("/", id: "id", into: &$0) } == [send("0")])
    #expect(
      receive("0/admin?token=x", &connection) == [.connecting(namespace: "/admin", auth: nil, query: "token=x")])
    #expect(actions { connection.accept("/admin", id: "id", into: &$0) } == [send("0/admin,")])
    var refused = SocketIOServerConnection(.v3, now: .at(0))
    _ = actions { refused.opened(into: &$0) }
    #expect(actions { refused.refuse("/", "no", into: &$0) } == [send("4\"no\"")])
  }

  @Test(arguments: [EngineIOVersion.v3, .v4])
  func `events are received, sent and acknowledged both ways`(engine: EngineIOVersion) {
    var connection = joined(engine)
    #expect(receive("2[\"a\",1]", &connection) == [.event(SocketIOEvent(name: "a", arguments: [1]))])
    #expect(receive("27[\"a\"]", &connection) == [.event(SocketIOEvent(name: "a", arguments: [], id: 7))])
    #expect(actions { connection.acknowledge(7, ["ok"], into: &$0) } == [send("37[\"ok\"]")])
    #expect(
      actions { connection.emit("b", [.binary([1])], into: &$0) }
        == [send("51-[\"b\",{\"_placeholder\":true,\"num\":0}]", [1])])
    var id: UInt64?
    let sent = actions {
      id = connection.emit("c", [], acknowledgedWithin: .seconds(5), now: .at(2), into: &$0)
    }
    #expect(id == 1 && sent == [send("21[\"c\"]")])
    #expect(receive("32[]", &connection) == [])
    #expect(receive("31[true]", &connection) == [.acknowledged(namespace: "/", id: 1, arguments: [true])])
    #expect(receive("31[true]", &connection) == [])
    #expect(connection.deadline == nil)
  }

  @Test func `an acknowledgement that does not come in time is reported missing`() {
    var connection = joined(.v4)
    _ = actions { _ = connection.emit("c", [], acknowledgedWithin: .seconds(5), now: .at(2), into: &$0) }
    _ = actions { _ = connection.emit("c", [], acknowledgedWithin: .seconds(9), now: .at(2), into: &$0) }
    #expect(connection.deadline == .at(7))
    #expect(actions { connection.timeoutFired(now: .at(6.9), into: &$0) } == [])
    #expect(
      actions { connection.timeoutFired(now: .at(7), into: &$0) } == [.acknowledgementMissing(namespace: "/", id: 1)])
    #expect(receive("31[]", &connection) == [])
    #expect(
      actions { connection.closed(into: &$0) } == [
        .acknowledgementMissing(namespace: "/", id: 2), .disconnected(namespace: "/"),
      ])
  }

  @Test func `too many pending acknowledgements or namespaces are refused`() {
    var connection = joined(.v4, limits: SocketIOLimits(namespaces: 2, acknowledgements: 1))
    var ids: [UInt64?] = []
    for _ in 0..<2 {
      _ = actions { ids.append(connection.emit("a", [], acknowledgedWithin: .seconds(1), now: .at(1), into: &$0)) }
    }
    #expect(ids == [1, nil])
    #expect(receive("0/a", &connection).count == 1)
    #expect(receive("0/b", &connection) == [.close(.tooLarge)])
  }

  @Test func `packets for a namespace that the client is not in are ignored`() {
    var connection = joined(.v4)
    #expect(receive("2/admin,[\"a\"]", &connection) == [])
    #expect(receive("1/admin", &connection) == [])
    #expect(receive("1", &connection) == [.disconnected(namespace: "/")])
    #expect(receive("2[\"a\"]", &connection) == [])
    #expect(actions { connection.emit("a", [], into: &$0) } == [])
    #expect(actions { connection.acknowledge(1, [], into: &$0) } == [])
  }

  @Test func `the server removes a client from a namespace`() {
    var connection = joined(.v4)
    #expect(actions { connection.disconnect(into: &$0) } == [send("1")])
    #expect(actions { connection.disconnect(into: &$0) } == [])
    #expect(actions { connection.closed(into: &$0) } == [])
  }

  @Test func `a client that asks for no namespace in time is closed`() {
    var connection = SocketIOServerConnection(.v4, now: .at(0))
    #expect(connection.deadline == .at(45))
    #expect(actions { connection.timeoutFired(now: .at(44), into: &$0) } == [])
    #expect(actions { connection.timeoutFired(now: .at(45), into: &$0) } == [.close(.connectTimeout)])
    #expect(joined(.v4).deadline == nil)
  }

  @Test(arguments: ["9", "2", "2[1]", "4{}", "5-", "51-[\"a\"]x"])
  func `an invalid packet closes the connection`(text: String) {
    var connection = joined(.v4)
    let done = receive(text, &connection)
    guard done.count == 1, case .close = done[0] else {
      Issue.record("\(done)")
      return
    }
  }
}
