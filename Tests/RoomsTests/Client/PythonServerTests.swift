import Glibc
import Harness
import RoomProtocol
import Rooms
import Testing

/// Our client with python-socketio servers: version 5 with Engine.IO 4, version 4 with Engine.IO 3.
@Suite(.timeLimit(.minutes(5))) struct PythonServerTests {
  static let versions = ["socketio-4", "socketio-5"]

  /// The arguments of a received event of this name.
  private static func received(_ name: String) -> @Sendable (SocketIOClientEvent) -> [JSONValue]? {
    { event in
      guard case .received(let event) = event, event.name == name else { return nil }
      return event.arguments
    }
  }

  private static func connected(_ event: SocketIOClientEvent) -> String? {
    if case .connected(let id) = event { id } else { nil }
  }

  /// The transport according to the server.
  private func transport(_ client: SocketIOClient) async throws -> String? {
    try await client.emit("transport", acknowledgedWithin: .seconds(20)).first?.string
  }

  @Test(arguments: versions, [SocketIOClientConfiguration.Transport.pollingOnly, .webSocketOnly, .upgrade])
  func `events, acknowledgements and bytes arrive both ways over each transport, and the version is detected`(
    version: String, way: SocketIOClientConfiguration.Transport
  ) async throws {
    let server = try await PythonServer(version)
    let client = SocketIOClient(server.configuration(way))
    let events = EventLog(await client.events())
    client.on("question") { $0.acknowledge($0.arguments + ["answer", .binary([1, 2, 3])]) }
    let id = try await client.connect()
    #expect(await client.state == .connected(id: id))
    #expect(try await events.next("connected", Self.connected) == id)
    let welcome = try await events.next("welcome", Self.received("welcome"))
    #expect(welcome[1] == "grüße ✓")
    // A version 4 server identifies a client by its session.
    if version == "socketio-4" || welcome[0].string == id { #expect(welcome[0].string == id) }

    if way == .upgrade {
      try await eventually("the upgrade") { try await self.transport(client) == "websocket" }
    }
    let transport = try await transport(client)
    #expect(transport == (way == .pollingOnly ? "polling" : "websocket"))

    let values: [JSONValue] = ["a", 1, 2.5, true, .null, ["😀": ["é"]], .binary([0, 255, 4])]
    #expect(try await client.emit("echo", values, acknowledgedWithin: .seconds(20)) == values)
    try await client.emit("reverse", .binary([1, 2, 3]))
    let reversed: JSONValue = ["data": .binary([3, 2, 1]), "more": [.binary([]), "text"]]
    #expect(try await events.next("reversed", Self.received("reversed")) == [reversed])
    try await client.emit("ask", ["question": .binary([9])])
    #expect(
      try await events.next("answered", Self.received("answered")) == [
        ["question": .binary([9])], "answer", .binary([1, 2, 3]),
      ])
    let large = JSONValue.binary([UInt8](repeating: 7, count: 300_000))
    #expect(try await client.emit("echo", large, acknowledgedWithin: .seconds(20)) == [large])

    await client.disconnect()
    #expect(await client.state == .closed)
    try await events.end()
    await #expect(throws: SocketIOClientError.notConnected) { try await client.emit("echo") }
  }

  @Test(arguments: versions)
  func `the client polls if WebSockets are unavailable, and uses a WebSocket if polling is unavailable`(
    version: String
  ) async throws {
    for (offered, way, expected) in [
      ("polling", .webSocketFirst, "polling"), ("polling", .upgrade, "polling"),
      ("websocket", .webSocketFirst, "websocket"),
    ] as [(String, SocketIOClientConfiguration.Transport, String)] {
      let server = try await PythonServer(version, transports: offered)
      let client = SocketIOClient(server.configuration(way))
      try await client.connect()
      #expect(try await transport(client) == expected)
      // The failed upgrade loses no messages.
      for number in 0..<20 {
        #expect(try await client.emit("echo", .number(Double(number)), acknowledgedWithin: .seconds(20)).count == 1)
      }
      #expect(try await transport(client) == expected)
      await client.disconnect()
    }
  }

  @Test(arguments: versions, [SocketIOClientConfiguration.Transport.pollingOnly, .webSocketFirst, .upgrade])
  func `the client reconnects to a restarted server`(
    version: String, way: SocketIOClientConfiguration.Transport
  ) async throws {
    let server = try await PythonServer(version)
    let client = SocketIOClient(server.configuration(way))
    let events = EventLog(await client.events())
    try await client.connect()
    _ = try await events.next("connected", Self.connected)
    for _ in 0..<2 {
      server.kill()
      let error = try await events.next("disconnected") { event in
        if case .disconnected(let error, willReconnect: true) = event { error } else { nil }
      }
      #expect([.lost(url: server.url), .disconnectedByServer(url: server.url)].contains(error), "\(error)")
      await #expect(throws: SocketIOClientError.notConnected) { try await client.emit("echo") }
      // It retries, several times in the time that the server takes to start.
      #expect(await client.state == .connecting)
      try await server.restart()
      let id = try await events.next("connected again", Self.connected)
      #expect(await client.state == .connected(id: id))
      #expect(try await client.emit("echo", "hello", acknowledgedWithin: .seconds(20)) == ["hello"])
    }
    await client.disconnect()
  }

  @Test(arguments: versions)
  func `the client disconnects from a stopped server, and reconnects when it continues`(version: String) async throws {
    let server = try await PythonServer(version)
    let client = SocketIOClient(server.configuration())
    let events = EventLog(await client.events())
    try await client.connect()
    server.program.signal(SIGSTOP)
    // The server's ping interval is 2 s, its ping timeout 4 s.
    let error = try await events.next("disconnected") { event in
      if case .disconnected(let error, willReconnect: true) = event { error } else { nil }
    }
    guard case .unreachable = error else {
      Issue.record("\(error)")
      return
    }
    server.program.signal(SIGCONT)
    _ = try await events.next("connected again", within: .seconds(20), Self.connected)
    await client.disconnect()
  }

  @Test func `an idle connection stays open for longer than ping interval and timeout together`() async throws {
    var servers: [PythonServer] = []
    for version in Self.versions { servers.append(try await PythonServer(version)) }
    let clients = servers.flatMap { server in
      [.webSocketOnly, .pollingOnly].map { SocketIOClient(server.configuration($0)) }
    }
    var ids: [String] = []
    for client in clients { ids.append(try await client.connect()) }
    // The servers' ping interval is 2 s, their ping timeout 4 s.
    try await Task.sleep(for: .seconds(7))
    for (client, id) in zip(clients, ids) {
      #expect(await client.state == .connected(id: id))
      await client.disconnect()
    }
  }

  @Test(arguments: versions)
  func `a missing acknowledgement throws on timeout, cancellation and disconnection`(version: String) async throws {
    let server = try await PythonServer(version)
    let client = SocketIOClient(server.configuration())
    let events = EventLog(await client.events())
    try await client.connect()
    await #expect(throws: SocketIOAcknowledgementError.timedOut) {
      try await client.emit("silence", acknowledgedWithin: .milliseconds(200))
    }
    let unanswered = Task { try await client.emit("silence", acknowledgedWithin: .seconds(30)) }
    let waiting = Task { try await client.emit("silence", acknowledgedWithin: .seconds(30)) }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    try await client.emit("kick")
    await #expect(throws: SocketIOAcknowledgementError.disconnected) { try await unanswered.value }
    // A client that the server disconnected does not reconnect.
    let error = try await events.next("disconnected") { event in
      if case .disconnected(let error, willReconnect: false) = event { error } else { nil }
    }
    #expect(error == .disconnectedByServer(url: server.url))
    try await events.end()
  }

  @Test(arguments: versions)
  func `a refused client throws the server's reason`(version: String) async throws {
    let server = try await PythonServer(version)
    for way in [SocketIOClientConfiguration.Transport.webSocketFirst, .pollingOnly] {
      var configuration = server.configuration(way)
      configuration.headers = [("X-Token", "wrong")]
      if version == "socketio-5" { configuration.auth = ["token": "wrong"] }
      let client = SocketIOClient(configuration)
      // Version 4 of python-socketio refuses the whole session.
      let message = version == "socketio-5" ? "the token is wrong" : "HTTP status 401"
      let refused = SocketIOClientError.refused(url: server.url, message: message)
      await #expect(throws: refused) { try await client.connect() }
      #expect(
        "\(refused)" == "the room server at \(server.url) does not let this client in: \(message)")
      #expect(await client.state == .closed)
    }
  }

  @Test(arguments: versions, [SocketIOClientConfiguration.Transport.pollingOnly, .webSocketOnly, .upgrade])
  func `another namespace accepts a client, or refuses it with a reason`(
    version: String, way: SocketIOClientConfiguration.Transport
  ) async throws {
    let server = try await PythonServer(version)
    var configuration = server.configuration(way)
    configuration.namespace = "/admin"
    let client = SocketIOClient(configuration)
    let events = EventLog(await client.events())
    let id = try await client.connect()
    #expect(id.hasPrefix("/admin#") == (version == "socketio-4"))
    #expect(try await events.next("welcome", Self.received("welcome")) == ["admin"])
    let bytes = JSONValue.binary([1, 2])
    #expect(try await client.emit("echo", bytes, acknowledgedWithin: .seconds(20)) == ["admin", bytes])
    await client.disconnect()

    configuration.headers = [("X-Admin", "wrong")]
    let refused = SocketIOClient(configuration)
    await #expect(throws: SocketIOClientError.refused(url: server.url, message: "no admin")) {
      try await refused.connect()
    }
  }

  @Test(arguments: versions, [SocketIOClientConfiguration.Transport.pollingOnly, .webSocketFirst])
  func `a slow consumer gets all 3000 events in order`(
    version: String, way: SocketIOClientConfiguration.Transport
  ) async throws {
    let server = try await PythonServer(version)
    let client = SocketIOClient(server.configuration(way))
    let events = await client.events()
    try await client.connect()
    try await client.emit("flood", 3000)
    var count = 0
    for await event in events {
      guard case .received(let event) = event, event.name == "drop" else { continue }
      #expect(event.arguments[0].int == count)
      count += 1
      if count % 500 == 0 { try await Task.sleep(for: .milliseconds(100)) }
      if count == 3000 { break }
    }
    #expect(count == 3000)
    await client.disconnect()
  }

  @Test func `emit throws once 1 MB waits for a server that does not read`() async throws {
    let server = try await PythonServer("socketio-5")
    var configuration = server.configuration()
    configuration.maxPendingBytes = 1_000_000
    let client = SocketIOClient(configuration)
    try await client.connect()
    server.program.signal(SIGSTOP)
    let chunk = JSONValue.binary([UInt8](repeating: 1, count: 100_000))
    await #expect(throws: SocketIOClientError.congested) {
      for _ in 0..<400 { try await client.emit("nothing", chunk) }
    }
    server.program.signal(SIGCONT)
    await client.disconnect()
  }
}
