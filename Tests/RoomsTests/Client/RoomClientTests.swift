import Harness
import RoomProtocol
import Rooms
import Testing

/// Clients of a room, with our server and with one of the reference protocol.
@Suite(.timeLimit(.minutes(3))) struct RoomClientTests {
  private func configuration(_ port: Int) -> SocketIOClientConfiguration {
    var configuration = SocketIOClientConfiguration(url: "http://127.0.0.1:\(port)")
    configuration.reconnection?.first = .milliseconds(100)
    configuration.reconnection?.longest = .milliseconds(500)
    return configuration
  }

  private func member(
    _ port: Int, _ role: RoomRole, name: String? = nil, token: String? = nil, room: String = "demo"
  ) async throws -> (RoomClient, EventLog<RoomClientEvent>) {
    let client = RoomClient(configuration(port), room: room, RoomJoin(role: role, name: name, token: token))
    let log = EventLog(client.events)
    try await client.connect()
    return (client, log)
  }

  private static func entered(_ event: RoomClientEvent) -> String? {
    if case .entered(let id, _) = event { id } else { nil }
  }

  private static func offers(_ event: RoomClientEvent) -> String? {
    if case .connect(let member, makesOffer: true) = event { member.id } else { nil }
  }

  private static func signal(_ event: RoomClientEvent) -> RoomSignal? {
    if case .signal(let signal, _) = event { signal } else { nil }
  }

  private static func closes(_ event: RoomClientEvent) -> String? {
    if case .disconnect(let peer) = event { peer } else { nil }
  }

  private static func ended(_ event: RoomClientEvent) -> RoomClientError? {
    if case .ended(let error) = event { error } else { nil }
  }

  private static func received(_ name: String) -> @Sendable (RoomClientEvent) -> RoomEvent? {
    { if case .received(let event) = $0, event.event == name { event } else { nil } }
  }

  @Test func `a publisher connects to viewers who joined before and after it, until they leave`() async throws {
    try await ServedRooms.run { rooms in
      let (early, earlyLog) = try await member(rooms.port, .viewer, name: "Early")
      let earlyID = try await earlyLog.next("entered", Self.entered)
      let (publisher, log) = try await member(rooms.port, .publisher, name: "Desk")
      let publisherID = try await log.next("entered", Self.entered)
      #expect(try await log.next("the earlier viewer", Self.offers) == earlyID)
      let (late, lateLog) = try await member(rooms.port, .viewer, name: "Late")
      let lateID = try await lateLog.next("entered", Self.entered)
      #expect(try await log.next("the later viewer", Self.offers) == lateID)
      #expect(await publisher.state == .joinedConn)

      for (id, viewer) in [(earlyID, earlyLog), (lateID, lateLog)] {
        try await publisher.send(RoomSignal(.offer(sdp: "for \(id)"), to: id, unknown: ["mark": 1]))
        let awaited = try await viewer.next("a connection") { event in
          if case .connect(let member, makesOffer: false) = event { member } else { nil }
        }
        #expect(awaited == RoomMember(id: publisherID, role: .publisher, name: "Desk"))
        let offer = try await viewer.next("the offer", Self.signal)
        let expected = RoomSignal(.offer(sdp: "for \(id)"), to: id, from: publisherID, unknown: ["mark": 1])
        #expect(offer == expected)
      }
      try await late.send(RoomSignal(.answer(sdp: "yes"), to: publisherID))
      #expect(try await log.next("the answer", Self.signal).from == lateID)
      let candidate = RoomCandidate(label: 0, id: "0", candidate: "candidate:1")
      try await late.send(RoomSignal(.candidate(candidate), to: publisherID))
      #expect(try await log.next("the candidate", Self.signal).content == .candidate(candidate))

      await late.leave()
      #expect(try await lateLog.next("the end", Self.ended) == .left)
      try await lateLog.end()
      #expect(try await log.next("the viewer who leaves", Self.closes) == lateID)
      await publisher.leave()
      #expect(try await earlyLog.next("the publisher who leaves", Self.closes) == publisherID)
      #expect(await early.state == .joinedUnbind)
      await early.leave()
      try await eventually("an empty room") { try rooms.metric("members") == 0 }
    }
  }

  @Test func `members chat and rename themselves, and a publisher locks the room and removes a member`() async throws {
    try await ServedRooms.run { rooms in
      let (publisher, log) = try await member(rooms.port, .publisher, name: "Desk")
      let (viewer, viewerLog) = try await member(rooms.port, .viewer, name: "Ann")
      let id = try await viewerLog.next("entered", Self.entered)
      try await viewer.chat("hello")
      guard case .chat(_, let line) = try await log.next("chat", Self.received("chat")) else {
        Issue.record("no chat")
        return
      }
      #expect(line.id == id && line.name == "Ann" && line.text == "hello" && line.time > 1_700_000_000_000)
      await #expect(throws: RoomClientError.refused(.length, room: "demo")) { try await viewer.chat("") }
      try await viewer.rename("Bea")
      let renamed = RoomEvent.member(room: "demo", RoomMember(id: id, role: .viewer, name: "Bea"))
      #expect(try await log.next("a new name", Self.received("member")) == renamed)
      #expect(try await viewer.iceServers() == [])
      await #expect(throws: RoomClientError.refused(.role, room: "demo")) { try await viewer.lock(true) }
      try await publisher.lock(true)
      #expect(try await viewerLog.next("locked", Self.received("locked")) == .locked(room: "demo", true))
      await #expect(throws: RoomClientError.refused(.locked, room: "demo")) {
        _ = try await member(rooms.port, .viewer)
      }
      await #expect(throws: RoomClientError.refused(.publisher, room: "demo")) {
        _ = try await member(rooms.port, .publisher)
      }
      await #expect(throws: RoomClientError.refused(.name, room: "no name")) {
        _ = try await member(rooms.port, .viewer, room: "no name")
      }
      try await publisher.remove(id)
      #expect(try await viewerLog.next("the end", Self.ended) == .removed(room: "demo"))
      try await viewerLog.end()
      #expect(try await log.next("the viewer who is gone", Self.closes) == id)
      await publisher.leave()
    }
  }

  @Test func `a full room, a wrong token and a missing server are each reported in one sentence`() async throws {
    let configuration = RoomServerConfiguration.with {
      $0.rooms.capacity = 1
      $0.rooms.token = Secret("secret")
    }
    try await ServedRooms.run(configuration) { rooms in
      let error = await #expect(throws: RoomClientError.self) { _ = try await member(rooms.port, .viewer, token: "x") }
      #expect(
        error.map { "\($0)" } ?? ""
          == "room demo: the token is missing or wrong; take the whole link, or give the right token")
      let (viewer, _) = try await member(rooms.port, .viewer, token: "secret")
      let full = await #expect(throws: RoomClientError.self) {
        _ = try await member(rooms.port, .viewer, token: "secret")
      }
      #expect(full.map { "\($0)" } ?? "" == "room demo: it is full; try again when somebody has left")
      await viewer.leave()
    }
    let nobody = await #expect(throws: RoomClientError.self) {
      _ = try await member(Int(try FreePort.find()), .viewer)
    }
    #expect(nobody.map { "\($0)" }?.hasPrefix("cannot reach the room server at http://127.0.0.1:") ?? false)
  }

  @Test func `after a restart of the server, members rejoin and make new peer connections`() async throws {
    let port = Int(try FreePort.find())
    let configuration = RoomServerConfiguration.with { $0.server.port = port }
    var first: RoomServer? = RoomServer(configuration)
    try await first!.start()
    let (publisher, log) = try await member(port, .publisher)
    let (viewer, viewerLog) = try await member(port, .viewer)
    let before = try await viewerLog.next("entered", Self.entered)
    _ = try await log.next("entered", Self.entered)
    #expect(try await log.next("the viewer", Self.offers) == before)
    await first!.shutdown(within: .milliseconds(100))
    first = nil
    for log in [log, viewerLog] { try await log.next("lost") { $0 == .lost ? () : nil } }
    // Peer connections go on without the server.
    #expect(!log.current.contains { Self.closes($0) != nil })
    await #expect(throws: RoomClientError.connection(.notConnected)) { try await viewer.chat("anybody?") }

    let second = RoomServer(configuration)
    try await second.start()
    let after = try await viewerLog.next("entered again", within: .seconds(20), Self.entered)
    _ = try await log.next("entered again", within: .seconds(20), Self.entered)
    #expect(after != before)
    #expect(try await log.next("the viewer again", Self.offers) == after)
    try await viewer.chat("here again")
    await publisher.leave()
    await viewer.leave()
    await second.shutdown(within: .milliseconds(100))
  }

  @Test func `a presenter whose place was taken during a restart of the server rejoins when it is free`()
    async throws
  {
    let port = Int(try FreePort.find())
    let configuration = RoomServerConfiguration.with { $0.server.port = port }
    let first = RoomServer(configuration)
    try await first.start()
    let (publisher, log) = try await member(port, .publisher)
    _ = try await log.next("entered", Self.entered)
    await first.shutdown(within: .milliseconds(100))
    try await log.next("lost") { $0 == .lost ? () : nil }
    let second = RoomServer(configuration)
    try await second.start()
    let thief = try WebSocketPeer.connected(port: port)
    thief.send(#"42["join","demo",{"role":"publisher"}]"#)
    // Either may join first; the other is refused.
    try thief.expect { $0.hasPrefix("42[\"joined\"") || $0.hasPrefix("42[\"full\"") }
    thief.send(#"42["leave","demo"]"#)
    _ = try await log.next("entered again", within: .seconds(20), Self.entered)
    await publisher.leave()
    await second.shutdown(within: .milliseconds(100))
  }

  @Test(arguments: ["socketio-4", "socketio-5"])
  func `two clients exchange signals over a server of the reference protocol`(version: String) async throws {
    let server = try await PythonServer(version)
    let port = Int(server.port)
    let (publisher, log) = try await member(port, .publisher)
    let publisherID = try await log.next("entered", Self.entered)
    let (page, pageLog) = try await member(port, .member)
    let pageID = try await pageLog.next("entered", Self.entered)
    #expect(try await log.next("the page", Self.offers) == pageID)
    // The reference server adds no `from` and ignores `to`: there are only two members.
    try await publisher.send(RoomSignal(.offer(sdp: "offer"), to: pageID))
    #expect(try await pageLog.next("the offer", Self.signal).content == .offer(sdp: "offer"))
    try await page.send(RoomSignal(.answer(sdp: "answer")))
    #expect(try await log.next("the answer", Self.signal).content == .answer(sdp: "answer"))
    await #expect(throws: RoomClientError.refused(.full, room: "demo")) { _ = try await member(port, .viewer) }
    await page.leave()
    #expect(try await log.next("the page leaves", Self.closes) == pageID)
    #expect(await publisher.state == .joinedUnbind)

    server.kill()
    try await log.next("lost") { $0 == .lost ? () : nil }
    try await server.restart()
    #expect(try await log.next("entered again", within: .seconds(20), Self.entered) != publisherID)
    // The second member waits for the offer.
    await publisher.leave()
    let (first, firstLog) = try await member(port, .member)
    _ = try await firstLog.next("entered", Self.entered)
    let (newcomer, newcomerLog) = try await member(port, .publisher)
    let newcomerID = try await newcomerLog.next("entered", Self.entered)
    #expect(try await firstLog.next("the newcomer", Self.offers) == newcomerID)
    try await first.send(RoomSignal(.offer(sdp: "of the page")))
    _ = try await newcomerLog.next("a connection with a member without an id") { event in
      if case .connect(let member, makesOffer: false) = event, member.id == "" { true } else { nil }
    }
    #expect(try await newcomerLog.next("the offer", Self.signal).content == .offer(sdp: "of the page"))
    await first.leave()
    #expect(try await newcomerLog.next("the page leaves", Self.closes) == "")
    await newcomer.leave()
  }
}
