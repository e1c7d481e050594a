import RoomProtocol
import Testing

@Suite struct EngineIOServerSessionTests {
  private typealias Actions = [EngineIOServerAction]

  private func session(
    _ version: EngineIOVersion = .v4, _ transport: EngineIOTransport = .polling, wantsBase64: Bool = false,
    _ configure: (inout EngineIOConfiguration) -> Void = { _ in }
  ) -> EngineIOServerSession {
    var configuration = EngineIOConfiguration()
    configure(&configuration)
    let request = EngineIORequest(version: version, transport: transport, wantsBase64: wantsBase64)
    return EngineIOServerSession(id: "s", request: request, configuration: configuration, now: .at(0))
  }

  /// The actions that a call appends.
  private func actions(_ call: (inout Actions) -> Void) -> Actions {
    var actions: Actions = []
    call(&actions)
    return actions
  }

  private func poll(
    _ session: inout EngineIOServerSession, _ now: MonotonicTime, refused: EngineIORefusal? = nil
  ) -> Actions {
    var actions: Actions = []
    let refusal = session.receivedPoll(now: now, into: &actions)
    #expect(refusal == refused)
    return actions
  }

  private func post(
    _ session: inout EngineIOServerSession, _ body: EngineIOPayload, _ now: MonotonicTime,
    refused: EngineIORefusal? = nil
  ) -> Actions {
    var actions: Actions = []
    let refusal = session.receivedPost(body, now: now, into: &actions)
    #expect(refusal == refused)
    return actions
  }

  private func opened(_ version: EngineIOVersion = .v4, _ transport: EngineIOTransport = .polling)
    -> EngineIOServerSession
  {
    var session = session(version, transport)
    _ = actions { session.open(into: &$0) }
    return session
  }

  private func upgraded(_ version: EngineIOVersion = .v4) -> EngineIOServerSession {
    var session = opened(version)
    #expect(session.webSocketOpened(now: .at(0)) == nil)
    _ = actions { session.receivedText(utf8("2probe")[...], now: .at(0), into: &$0) }
    #expect(actions { session.receivedText(utf8("5")[...], now: .at(0), into: &$0) } == [.upgraded])
    return session
  }

  @Test func `open answers the first poll with the handshake and the given packets`() {
    var four = session()
    #expect(
      actions { four.open(with: [EngineIOFrame(message: "x")], into: &$0) } == [
        .answerPoll(
          .text(
            #"0{"sid":"s","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#
              + "\u{1e}4x"))
      ])
    var three = session(.v3)
    #expect(
      actions { three.open(into: &$0) } == [
        .answerPoll(.text(#"78:0{"sid":"s","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}"#))
      ])
  }

  @Test func `a WebSocket gets a handshake without upgrades, and polls are refused`() {
    var session = session(.v3, .webSocket)
    #expect(
      actions { session.open(into: &$0) } == [
        .sendText(utf8(#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000}"#))
      ])
    #expect(actions { session.send(.binary([7]), into: &$0) } == [.sendBinary([4, 7])])
    #expect(poll(&session, .at(1), refused: .badRequest) == [])
    #expect(post(&session, .text("1:4"), .at(1), refused: .badRequest) == [])
    #expect(session.webSocketOpened(now: .at(1)) == .badRequest)
  }

  @Test func `packets are queued until a poll, and a poll is pending until a packet`() {
    var session = opened()
    #expect(actions { session.send(EngineIOFrame(message: "a"), into: &$0) } == [])
    #expect(actions { session.send(.binary([1]), into: &$0) } == [])
    #expect(
      poll(&session, .at(1)) == [.answerPoll(.text("4a\u{1e}bAQ=="))])
    #expect(poll(&session, .at(2)) == [])
    #expect(actions { session.send(EngineIOFrame(message: "b"), into: &$0) } == [.answerPoll(.text("4b"))])
  }

  @Test func `one answer carries at most sixteen packets`() {
    var session = opened()
    for number in 0..<20 { _ = actions { session.send(EngineIOFrame(message: "\(number)"), into: &$0) } }
    let first = (0..<16).map { "4\($0)" }.joined(separator: "\u{1e}")
    #expect(poll(&session, .at(1)) == [.answerPoll(.text(first))])
    let second = (16..<20).map { "4\($0)" }.joined(separator: "\u{1e}")
    #expect(poll(&session, .at(1)) == [.answerPoll(.text(second))])
  }

  @Test func `a second poll while one is pending ends the session`() {
    var session = opened()
    #expect(poll(&session, .at(1)) == [])
    #expect(
      poll(&session, .at(2), refused: .badRequest) == [
        .answerPoll(.text("1")), .closed(.unexpected),
      ])
    #expect(session.deadline == nil)
    #expect(poll(&session, .at(3), refused: .badRequest) == [])
  }

  @Test func `the packets of a POST are handled in order`() {
    var session = opened(.v3)
    #expect(
      post(&session, .text("2:4a6:b4AQID1:24:4b😀"), .at(1)) == [
        .message(.text("a")), .message(.binary([1, 2, 3])), .message(.text("b😀")),
      ])
    #expect(poll(&session, .at(1)) == [.answerPoll(.text("1:3"))])
  }

  @Test(
    arguments: [
      (.v4, "4a\u{1e}9", .invalid(.unknownPacketType(0x39))), (.v4, "4a\u{1e}2", .unexpected),
      (.v4, "4a\u{1e}0", .unexpected), (.v4, "4a\u{1e}5", .unexpected), (.v3, "2:4a1:3", .unexpected),
      (.v4, "4a\u{1e}1", .closedByPeer), (.v3, "2:4a1:1", .closedByPeer),
    ] as [(EngineIOVersion, String, EngineIOCloseReason)])
  func `an invalid, unexpected or close packet ends the session after the packets before it`(
    version: EngineIOVersion, body: String, reason: EngineIOCloseReason
  ) {
    var session = opened(version)
    let done = post(
      &session, .text(body), .at(1), refused: { if case .invalid = reason { .badRequest } else { nil } }())
    #expect(done == [.message(.text("a")), .closed(reason)])
    #expect(session.isClosed)
    #expect(actions { session.send(EngineIOFrame(message: "late"), into: &$0) } == [])
  }

  @Test func `a body or message that is too large ends the session`() {
    var polling = session(.v4) { $0.maxPayload = 10 }
    _ = actions { polling.open(into: &$0) }
    #expect(
      post(&polling, .text("4123456789x"), .at(1), refused: .badRequest) == [
        .closed(.invalid(.tooLarge))
      ])
    var socket = session(.v4, .webSocket) { $0.maxPayload = 10 }
    _ = actions { socket.open(into: &$0) }
    #expect(
      actions { socket.receivedText(utf8("4123456789")[...], now: .at(1), into: &$0) } == [
        .message(.text("123456789"))
      ])
    #expect(
      actions { socket.receivedBinary([UInt8](repeating: 0, count: 11)[...], now: .at(1), into: &$0) } == [
        .closeWebSocket, .closed(.invalid(.tooLarge)),
      ])
  }

  @Test func `a POST of too many packets ends the session`() {
    var session = session(.v4) { $0.maxPackets = 3 }
    _ = actions { session.open(into: &$0) }
    let done = post(&session, .text("4\u{1e}4\u{1e}4\u{1e}4"), .at(1), refused: .badRequest)
    #expect(done == [.message(.text("")), .message(.text("")), .message(.text("")), .closed(.invalid(.tooLarge))])
  }

  @Test func `a queue above its limits ends the session as too slow`() {
    var bytes = session(.v4) { $0.maxQueuedBytes = 10 }
    _ = actions { bytes.open(into: &$0) }
    #expect(actions { bytes.send(EngineIOFrame(message: "123456789"), into: &$0) } == [])
    #expect(actions { bytes.send(EngineIOFrame(message: ""), into: &$0) } == [.closed(.tooSlow)])
    var packets = session(.v4) { $0.maxQueuedPackets = 2 }
    _ = actions { packets.open(into: &$0) }
    #expect(actions { packets.send([.binary([]), .binary([])], into: &$0) } == [])
    #expect(actions { packets.send(.binary([]), into: &$0) } == [.closed(.tooSlow)])
  }

  @Test func `a version 4 server pings, and a client without pong times out`() {
    var session = opened(.v4, .webSocket)
    #expect(session.deadline == .at(25))
    #expect(actions { session.timeoutFired(now: .at(24), into: &$0) } == [])
    #expect(actions { session.timeoutFired(now: .at(25), into: &$0) } == [.sendText(utf8("2"))])
    #expect(session.deadline == .at(45))
    // Only a pong counts: it shows that the client reads.
    _ = actions { session.receivedText(utf8("4x")[...], now: .at(30), into: &$0) }
    #expect(session.deadline == .at(45))
    #expect(actions { session.receivedText(utf8("3")[...], now: .at(31), into: &$0) } == [])
    #expect(session.deadline == .at(56))
    #expect(actions { session.timeoutFired(now: .at(56), into: &$0) } == [.sendText(utf8("2"))])
    #expect(actions { session.timeoutFired(now: .at(76), into: &$0) } == [.closeWebSocket, .closed(.pingTimeout)])
  }

  @Test func `a version 3 server answers pings, and a silent client times out`() {
    var session = opened(.v3, .webSocket)
    #expect(session.deadline == .at(45))
    #expect(actions { session.receivedText(utf8("2hi")[...], now: .at(20), into: &$0) } == [.sendText(utf8("3hi"))])
    #expect(session.deadline == .at(65))
    #expect(actions { session.timeoutFired(now: .at(64), into: &$0) } == [])
    #expect(actions { session.timeoutFired(now: .at(65), into: &$0) } == [.closeWebSocket, .closed(.pingTimeout)])
  }

  @Test func `a polling client gets the ping with its next poll`() {
    var session = opened()
    #expect(actions { session.timeoutFired(now: .at(25), into: &$0) } == [])
    #expect(poll(&session, .at(26)) == [.answerPoll(.text("2"))])
    #expect(post(&session, .text("3"), .at(27)) == [])
    #expect(session.deadline == .at(52))
    _ = poll(&session, .at(28))
    #expect(actions { session.timeoutFired(now: .at(52), into: &$0) } == [.answerPoll(.text("2"))])
    #expect(actions { session.timeoutFired(now: .at(72), into: &$0) } == [.closed(.pingTimeout)])
  }

  @Test(arguments: [EngineIOVersion.v3, .v4])
  func `an upgrade from polling to a WebSocket loses no packets`(version: EngineIOVersion) {
    let noop = version == .v3 ? "1:6" : "6"
    var session = opened(version)
    _ = poll(&session, .at(1))
    #expect(session.webSocketOpened(now: .at(1)) == nil)
    #expect(session.webSocketOpened(now: .at(1)) == .badRequest)
    #expect(
      actions { session.receivedText(utf8("2probe")[...], now: .at(1), into: &$0) } == [
        .sendText(utf8("3probe")), .answerPoll(.text(noop)),
      ])
    // The client may poll once more before `3probe` arrives: that poll is answered after 100 ms.
    #expect(poll(&session, .at(1)) == [])
    #expect(session.deadline == .at(1.1))
    #expect(actions { session.timeoutFired(now: .at(1.1), into: &$0) } == [.answerPoll(.text(noop))])
    #expect(actions { session.send([EngineIOFrame(message: "a"), .binary([1])], into: &$0) } == [])
    #expect(
      actions { session.receivedText(utf8("5")[...], now: .at(2), into: &$0) } == [
        .upgraded, .sendText(utf8("4a")), .sendBinary(version == .v3 ? [4, 1] : [1]),
      ])
    #expect(session.transport == .webSocket)
    #expect(poll(&session, .at(3), refused: .badRequest) == [])
    #expect(actions { session.receivedText(utf8("4b")[...], now: .at(3), into: &$0) } == [.message(.text("b"))])
    #expect(actions { session.webSocketClosed(isClean: true, into: &$0) } == [.closed(.closedByPeer)])
  }

  @Test(arguments: ["5", "2", "2Probe", "4x", "3probe", "9"])
  func `a WebSocket that does not begin with a probe is closed, and polling continues`(first: String) {
    var session = opened()
    _ = session.webSocketOpened(now: .at(1))
    #expect(actions { session.receivedText(utf8(first)[...], now: .at(1), into: &$0) } == [.closeWebSocket])
    #expect(post(&session, .text("4a"), .at(1)) == [.message(.text("a"))])
    #expect(session.webSocketOpened(now: .at(2)) == nil)
  }

  @Test func `an upgrade that times out is abandoned, and polling continues`() {
    var session = opened()
    _ = session.webSocketOpened(now: .at(1))
    #expect(session.deadline == .at(11))
    _ = actions { session.receivedText(utf8("2probe")[...], now: .at(2), into: &$0) }
    #expect(actions { session.timeoutFired(now: .at(11), into: &$0) } == [.closeWebSocket])
    #expect(actions { session.webSocketClosed(isClean: true, into: &$0) } == [])
    #expect(poll(&session, .at(12)) == [])
    #expect(actions { session.send(EngineIOFrame(message: "a"), into: &$0) } == [.answerPoll(.text("4a"))])
  }

  @Test func `a pending poll whose connection is lost ends the session`() {
    var session = opened()
    #expect(actions { session.pollAbandoned(into: &$0) } == [])
    _ = poll(&session, .at(1))
    #expect(actions { session.pollAbandoned(into: &$0) } == [.closed(.lost)])
  }

  @Test func `a lost WebSocket ends the session`() {
    for var session in [opened(.v4, .webSocket), upgraded(.v4), upgraded(.v3)] {
      #expect(actions { session.webSocketClosed(isClean: false, into: &$0) } == [.closed(.lost)])
      #expect(actions { session.webSocketClosed(isClean: false, into: &$0) } == [])
    }
  }

  @Test(arguments: [(.v4, "1", "6"), (.v3, "1:1", "1:6")] as [(EngineIOVersion, String, String)])
  func `a client that closes gets noop as the answer to its pending poll`(
    version: EngineIOVersion, close: String, answer: String
  ) {
    var session = opened(version)
    #expect(poll(&session, .at(1)) == [])
    #expect(post(&session, .text(close), .at(1)) == [.answerPoll(.text(answer)), .closed(.closedByPeer)])
  }

  @Test func `close reaches a polling client at once or with its next poll`() {
    var waiting = opened()
    _ = poll(&waiting, .at(1))
    #expect(actions { waiting.close(now: .at(2), into: &$0) } == [.answerPoll(.text("1")), .closed(.closedHere)])

    var away = opened()
    _ = actions { away.send(EngineIOFrame(message: "last"), into: &$0) }
    #expect(actions { away.close(now: .at(2), into: &$0) } == [])
    #expect(actions { away.send(EngineIOFrame(message: "too late"), into: &$0) } == [])
    #expect(post(&away, .text("4too late"), .at(3)) == [])
    #expect(
      poll(&away, .at(3)) == [
        .answerPoll(.text("4last\u{1e}1")), .closed(.closedHere),
      ])

    var gone = opened()
    _ = actions { gone.close(now: .at(2), into: &$0) }
    #expect(gone.deadline == .at(12))
    #expect(actions { gone.timeoutFired(now: .at(12), into: &$0) } == [.closed(.closedHere)])

    var socket = upgraded()
    #expect(actions { socket.close(now: .at(2), into: &$0) } == [.closeWebSocket, .closed(.closedHere)])
  }

  @Test(arguments: [
    ("EIO=4&transport=polling", EngineIORequest(version: .v4, transport: .polling)),
    ("EIO=3&transport=websocket&sid=a-_9&t=x", EngineIORequest(version: .v3, transport: .webSocket, sessionID: "a-_9")),
    ("transport=polling&b64=1&EIO=3&", EngineIORequest(version: .v3, transport: .polling, wantsBase64: true)),
  ])
  func `a valid query is read`(query: String, request: EngineIORequest) throws {
    #expect(try EngineIORequest(query: query) == request)
    #expect(try EngineIORequest(query: request.query) == request)
  }

  @Test(
    arguments: [
      ("", .unknownTransport), ("EIO=4&transport=flash", .unknownTransport), ("transport=polling", .unsupportedVersion),
      ("EIO=2&transport=polling", .unsupportedVersion), ("EIO=4&transport=polling&sid=", .badRequest),
      ("EIO=4&transport=polling&sid=a%20b", .badRequest), ("EIO=4&transport=polling&sid=a/b", .badRequest),
      ("EIO=4&transport=polling&j=0", .badRequest),
      ("EIO=4&transport=polling&sid=" + String(repeating: "x", count: 65), .badRequest),
    ] as [(String, EngineIORefusal)])
  func `an invalid query is refused`(query: String, refusal: EngineIORefusal) {
    #expect(throws: refusal) { try EngineIORequest(query: query) }
    #expect(refusal.status == 400)
    #expect(text(refusal.body) == "{\"code\":\(refusal.rawValue),\"message\":\"\(refusal.message)\"}")
  }
}
