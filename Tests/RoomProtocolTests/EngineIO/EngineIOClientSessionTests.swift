import RoomProtocol
import Testing

@Suite struct EngineIOClientSessionTests {
  private typealias Actions = [EngineIOClientAction]

  private static let open =
    #"0{"sid":"s","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100}"#

  private func actions(_ call: (inout Actions) -> Void) -> Actions {
    var actions: Actions = []
    call(&actions)
    return actions
  }

  private func opening(
    _ version: EngineIOVersion = .v4, _ transport: EngineIOTransport = .polling, mayUpgrade: Bool = false
  ) -> EngineIOClientSession {
    var session = EngineIOClientSession(version, transport: transport, mayUpgrade: mayUpgrade)
    _ = actions { session.open(within: .seconds(20), now: .at(0), into: &$0) }
    return session
  }

  private func poll(_ session: inout EngineIOClientSession, _ body: String, at seconds: Double = 1) -> Actions {
    actions { session.pollAnswered(status: 200, .text(body), now: .at(seconds), into: &$0) }
  }

  private func opened(mayUpgrade: Bool = false) -> EngineIOClientSession {
    var session = opening(mayUpgrade: mayUpgrade)
    _ = poll(&session, Self.open)
    return session
  }

  private var handshake: EngineIOHandshake {
    EngineIOHandshake(
      sessionID: "s", upgrades: [.webSocket], pingInterval: .seconds(25), pingTimeout: .seconds(20), maxPayload: 100)
  }

  @Test func `open sends the first poll, and the next poll follows each answer`() {
    var session = EngineIOClientSession(.v4, transport: .polling, mayUpgrade: false)
    #expect(
      actions { session.open(within: .seconds(20), now: .at(0), into: &$0) } == [
        .get(query: "EIO=4&transport=polling&t=1")
      ])
    #expect(actions { session.send([EngineIOFrame(message: "early")], into: &$0) } == [])
    #expect(
      poll(&session, Self.open + "\u{1e}4hi") == [
        .opened(handshake), .message(.text("hi")), .get(query: "EIO=4&transport=polling&sid=s&t=2"),
      ])
    #expect(
      poll(&session, "2") == [
        .post(query: "EIO=4&transport=polling&sid=s&t=3", .text("3")),
        .get(query: "EIO=4&transport=polling&sid=s&t=4"),
      ])
  }

  @Test func `over a WebSocket the session opens with the server's first packet`() {
    var session = EngineIOClientSession(.v3, transport: .webSocket)
    #expect(
      actions { session.open(within: .seconds(20), now: .at(0), into: &$0) } == [
        .openWebSocket(query: "EIO=3&transport=websocket&t=1")
      ])
    #expect(actions { session.webSocketOpened(into: &$0) } == [])
    #expect(actions { session.receivedText(utf8(Self.open)[...], now: .at(1), into: &$0) } == [.opened(handshake)])
    #expect(actions { session.send([.binary([1])], into: &$0) } == [.sendBinary([4, 1])])
    // In version 3 the client pings.
    #expect(session.deadline == .at(26))
    #expect(actions { session.timeoutFired(now: .at(26), into: &$0) } == [.sendText(utf8("2"))])
    #expect(session.deadline == .at(46))
    #expect(actions { session.receivedText(utf8("3")[...], now: .at(27), into: &$0) } == [])
    #expect(actions { session.timeoutFired(now: .at(51), into: &$0) } == [.sendText(utf8("2"))])
    #expect(actions { session.timeoutFired(now: .at(71), into: &$0) } == [.closeWebSocket, .closed(.pingTimeout)])
  }

  @Test(arguments: [
    "", "4hi", "0{}", "0", #"0{"sid":"a b","pingInterval":1000,"pingTimeout":1000}"#, "0[", "6",
    #"0{"sid":"s","pingInterval":1,"pingTimeout":1000}"#,
  ])
  func `a first packet that is not a valid handshake ends the session`(body: String) {
    var session = opening()
    let done = poll(&session, body)
    guard done.count == 1, case .closed(.invalid) = done[0] else {
      Issue.record("\(done)")
      return
    }
    #expect(session.isClosed && session.deadline == nil)
  }

  @Test func `a refused request ends the session with its status, and a silent server with a time-out`() {
    var refused = opening()
    #expect(
      actions { refused.pollAnswered(status: 400, .text("{}"), now: .at(1), into: &$0) } == [
        .closed(.refused(status: 400))
      ])
    var lost = opening()
    #expect(actions { lost.requestFailed(into: &$0) } == [.closed(.lost)])
    var socket = opening(.v4, .webSocket)
    #expect(actions { socket.webSocketFailed(status: 403, into: &$0) } == [.closed(.refused(status: 403))])
    var mute = opening()
    #expect(mute.deadline == .at(20))
    #expect(actions { mute.timeoutFired(now: .at(20), into: &$0) } == [.closed(.connectTimeout)])
  }

  @Test func `a POST holds at most sixteen packets and maxPayload bytes`() {
    var session = opened()
    #expect(
      actions { session.send([EngineIOFrame(message: "first")], into: &$0) } == [
        .post(query: "EIO=4&transport=polling&sid=s&t=3", .text("4first"))
      ])
    #expect(actions { session.send((0..<20).map { _ in .binary([]) }, into: &$0) } == [])
    func bodies(_ actions: Actions) -> [Int] {
      actions.compactMap { if case .post(_, let payload) = $0 { payload.bytes.count } else { nil } }
    }
    // The server accepts 100 bytes, and each packet counts as 16.
    #expect(bodies(actions { session.postAnswered(status: 200, into: &$0) }) == [11])
    // A packet that is too large for any body is sent alone: the server decides.
    var large = opened()
    let frame = EngineIOFrame.binary([UInt8](repeating: 0, count: 300))
    #expect(bodies(actions { large.send([frame, frame], into: &$0) }) == [401])
    #expect(large.queuedBytes == 300)

    var generous = opening(.v3)
    let open = #"0{"sid":"s","pingInterval":25000,"pingTimeout":20000}"#
    _ = poll(&generous, "\(open.utf8.count):\(open)")
    // In version 3 each packet takes five bytes.
    #expect(bodies(actions { generous.send((0..<20).map { _ in .binary([1]) }, into: &$0) }) == [16 * 5])
    #expect(bodies(actions { generous.postAnswered(status: 200, into: &$0) }) == [4 * 5])
  }

  @Test func `during an upgrade the poll after a noop is delayed by 50 ms`() {
    var session = opening(mayUpgrade: true)
    #expect(poll(&session, Self.open, at: 0).count == 3)
    #expect(poll(&session, "6", at: 1) == [])
    #expect(session.deadline == .at(1.05))
    #expect(
      actions { session.timeoutFired(now: .at(1.05), into: &$0) } == [.get(query: "EIO=4&transport=polling&sid=s&t=4")])
    #expect(actions { session.webSocketOpened(into: &$0) } == [.sendText(utf8("2probe"))])
    #expect(actions { session.receivedText(utf8("3probe")[...], now: .at(2), into: &$0) } == [])
    #expect(actions { session.send([EngineIOFrame(message: "held")], into: &$0) } == [])
    #expect(
      poll(&session, "4last", at: 2) == [
        .message(.text("last")), .sendText(utf8("5")), .upgraded, .sendText(utf8("4held")),
      ])
    #expect(session.transport == .webSocket)
  }

  @Test func `a WebSocket that fails, answers wrongly or is slow is abandoned, and polling continues`() {
    var failed = opened(mayUpgrade: true)
    #expect(actions { failed.webSocketFailed(status: 400, into: &$0) } == [])
    var wrong = opened(mayUpgrade: true)
    _ = actions { wrong.webSocketOpened(into: &$0) }
    #expect(actions { wrong.receivedText(utf8("4?")[...], now: .at(1), into: &$0) } == [.closeWebSocket])
    var slow = opened(mayUpgrade: true)
    #expect(slow.deadline == .at(11))
    #expect(actions { slow.timeoutFired(now: .at(11), into: &$0) } == [.closeWebSocket])
    for var session in [failed, wrong, slow] {
      #expect(actions { session.send([EngineIOFrame(message: "a")], into: &$0) }.count == 1)
    }
  }

  @Test func `events after the end of a session are ignored`() {
    var session = opened(mayUpgrade: true)
    #expect(
      actions { session.requestFailed(into: &$0) } == [.closeWebSocket, .closed(.lost)])
    #expect(actions { session.webSocketOpened(into: &$0) } == [])
    #expect(poll(&session, "4a") == [])
    #expect(actions { session.postAnswered(status: 200, into: &$0) } == [])
    #expect(actions { session.close(now: .at(2), into: &$0) } == [])
    #expect(actions { session.send([.binary([])], into: &$0) } == [])
    #expect(actions { session.timeoutFired(now: .at(99), into: &$0) } == [])
  }
}
