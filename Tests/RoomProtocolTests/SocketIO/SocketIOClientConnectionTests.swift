import RoomProtocol
import Testing

@Suite struct SocketIOClientConnectionTests {
  private typealias Actions = [SocketIOClientAction]

  private func actions(_ call: (inout Actions) -> Void) -> Actions {
    var actions: Actions = []
    call(&actions)
    return actions
  }

  private func receive(_ text: String, _ connection: inout SocketIOClientConnection) -> Actions {
    actions { connection.received(.text(text), into: &$0) }
  }

  private func send(_ text: String) -> SocketIOClientAction { .send([.text(utf8("4" + text))]) }

  @Test func `a version 5 client asks for a namespace and gets its id`() {
    var connection = SocketIOClientConnection(.v4, sessionID: "session")
    #expect(
      actions { connection.connect(auth: ["token": "x"], now: .at(0), into: &$0) } == [send("0{\"token\":\"x\"}")])
    #expect(connection.deadline == .at(45))
    #expect(receive("0{\"sid\":\"id\"}", &connection) == [.connected(namespace: "/", id: "id")])
    #expect(connection.deadline == nil)
    #expect(receive("0{\"sid\":\"id\"}", &connection) == [])
  }

  @Test func `a version 4 client waits for the main namespace and uses the session's id`() {
    var connection = SocketIOClientConnection(.v3, sessionID: "session")
    #expect(actions { connection.connect(auth: ["token": "x"], now: .at(0), into: &$0) } == [])
    #expect(receive("0", &connection) == [.connected(namespace: "/", id: "session")])
    #expect(actions { connection.connect(to: "/a", now: .at(0), into: &$0) } == [send("0/a,")])
    #expect(receive("0/a", &connection) == [.connected(namespace: "/a", id: "/a#session")])
  }

  @Test func `a version 4 connect packet after a version 5 handshake closes the connection`() {
    var connection = SocketIOClientConnection(.v4, sessionID: "session")
    _ = actions { connection.connect(now: .at(0), into: &$0) }
    #expect(receive("0", &connection) == [.close(.otherVersion)])
  }

  @Test(
    arguments: [
      (EngineIOVersion.v4, "4{\"message\":\"no\",\"data\":1}", "no", 1), (.v3, "4\"no\"", "no", nil),
      (.v3, "4{\"message\":\"no\"}", "no", nil), (.v3, "4[1]", "", nil),
    ] as [(EngineIOVersion, String, String, JSONValue?)])
  func `a refusal carries the server's message and data`(
    engine: EngineIOVersion, packet: String, message: String, data: JSONValue?
  ) {
    var connection = SocketIOClientConnection(engine, sessionID: "session")
    _ = actions { connection.connect(now: .at(0), into: &$0) }
    #expect(receive(packet, &connection) == [.refused(namespace: "/", message: message, data: data)])
    #expect(!connection.isConnected(to: "/"))
  }

  @Test func `events are acknowledged both ways, or time out`() {
    var connection = SocketIOClientConnection(.v3, sessionID: "session")
    #expect(actions { connection.emit("early", [], into: &$0) } == [])
    _ = actions { connection.connect(now: .at(0), into: &$0) }
    _ = receive("0", &connection)
    #expect(receive("23[\"a\",1]", &connection) == [.event(SocketIOEvent(name: "a", arguments: [1], id: 3))])
    #expect(actions { connection.acknowledge(3, [2], into: &$0) } == [send("33[2]")])
    var ids: [UInt64?] = []
    _ = actions {
      for limit in [5, 6, 7] {
        ids.append(connection.emit("b", [], acknowledgedWithin: .seconds(limit), now: .at(0), into: &$0))
      }
    }
    #expect(ids == [1, 2, 3])
    #expect(receive("32[true]", &connection) == [.acknowledged(namespace: "/", id: 2, arguments: [true])])
    #expect(connection.deadline == .at(5))
    #expect(
      actions { connection.timeoutFired(now: .at(5), into: &$0) } == [.acknowledgementMissing(namespace: "/", id: 1)])
    #expect(
      receive("1", &connection) == [.acknowledgementMissing(namespace: "/", id: 3), .disconnected(namespace: "/")])
    #expect(actions { connection.closed(into: &$0) } == [])
  }

  @Test func `a server that does not answer connect in time is closed`() {
    var connection = SocketIOClientConnection(
      .v4, sessionID: "session", limits: SocketIOLimits(connectTimeout: .seconds(2)))
    _ = actions { connection.connect(now: .at(0), into: &$0) }
    #expect(actions { connection.timeoutFired(now: .at(2), into: &$0) } == [.close(.connectTimeout)])
  }

  @Test func `up to 64 events before the connect packet are delivered after it`() {
    var connection = SocketIOClientConnection(.v4, sessionID: "session")
    #expect(receive("2[\"a\"]", &connection) == [])
    _ = actions { connection.connect(now: .at(0), into: &$0) }
    for _ in 0..<64 { #expect(receive("2[\"early\"]", &connection) == []) }
    let events = Array(repeating: SocketIOClientAction.event(SocketIOEvent(name: "early", arguments: [])), count: 64)
    var other = connection
    #expect(receive("2[\"early\"]", &other) == [.close(.tooLarge)])
    #expect(receive("0{\"sid\":\"id\"}", &connection) == [.connected(namespace: "/", id: "id")] + events)
  }
}
