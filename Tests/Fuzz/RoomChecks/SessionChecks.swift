import RoomProtocol

/// Properties of Engine.IO sessions with arbitrary events in any order.
enum SessionChecks {
  static func checkServer(_ pieces: Pieces, _ request: EngineIORequest) {
    var now = MonotonicTime(nanoseconds: 0)
    let configuration = EngineIOConfiguration(maxPayload: 1000, maxQueuedBytes: 1000, maxQueuedPackets: 30)
    var session = EngineIOServerSession(id: "s", request: request, configuration: configuration, now: now)
    var actions: [EngineIOServerAction] = []
    session.open(into: &actions)
    var pollIsPending = false
    for (kind, bytes) in pieces {
      now = now + .seconds(Int(kind >> 4))
      let count = actions.count
      let wasClosed = session.isClosed
      var polled = false
      switch kind & 15 {
      case 0, 1: session.receivedText(bytes, now: now, into: &actions)
      case 2: session.receivedBinary(bytes, now: now, into: &actions)
      case 3, 4:
        let payload = EngineIOPayload(bytes: Array(bytes), isBinary: kind & 15 == 4)
        _ = session.receivedPost(payload, now: now, into: &actions)
      case 5, 6: polled = session.receivedPoll(now: now, into: &actions) == nil
      case 7, 8: _ = session.webSocketOpened(now: now)
      case 9: session.webSocketClosed(isClean: bytes.isEmpty, into: &actions)
      case 10:
        session.pollAbandoned(into: &actions)
        pollIsPending = false
      case 11: session.close(now: now, into: &actions)
      default: session.send(.binary(Array(bytes)), into: &actions)
      }
      session.timeoutFired(now: now, into: &actions)
      precondition(!wasClosed || actions.count == count, "actions after closing")
      if polled { pollIsPending = true }
      for case .answerPoll in actions[count...] {
        precondition(pollIsPending, "an answer without a poll")
        pollIsPending = false
      }
      if actions.count > count { check(actions[count...], isClosed: session.isClosed) }
      precondition(session.isClosed || (session.deadline ?? now) > now, "a deadline in the past")
    }
  }

  private static func check(_ actions: ArraySlice<EngineIOServerAction>, isClosed: Bool) {
    for (index, action) in actions.enumerated() {
      if case .closed = action { precondition(index == actions.count - 1, "actions after `closed`") }
    }
    if isClosed { guard case .closed = actions.last else { fatalError("closed without the action `closed`") } }
  }

  static func checkClient(_ pieces: Pieces, _ version: EngineIOVersion, _ transport: EngineIOTransport) {
    var now = MonotonicTime(nanoseconds: 0)
    var session = EngineIOClientSession(version, transport: transport, maxPayload: 1000)
    var actions: [EngineIOClientAction] = []
    session.open(within: .seconds(20), now: now, into: &actions)
    var pending: (gets: Int, posts: Int) = (transport == .polling ? 1 : 0, 0)
    for (kind, bytes) in pieces {
      now = now + .seconds(Int(kind >> 4))
      let count = actions.count
      let wasClosed = session.isClosed
      switch kind & 15 {
      case 0, 1: session.receivedText(bytes, now: now, into: &actions)
      case 2: session.receivedBinary(bytes, now: now, into: &actions)
      case 3, 4, 5:
        let payload = EngineIOPayload(bytes: Array(bytes), isBinary: kind & 15 == 4)
        if pending.gets > 0 { pending.gets -= 1 }
        session.pollAnswered(status: kind & 15 == 5 ? 400 : 200, payload, now: now, into: &actions)
      case 6, 7:
        if pending.posts > 0 { pending.posts -= 1 }
        session.postAnswered(status: 200, into: &actions)
      case 8: session.requestFailed(into: &actions)
      case 9: session.webSocketOpened(into: &actions)
      case 10: session.webSocketFailed(status: nil, into: &actions)
      case 11: session.webSocketClosed(isClean: true, into: &actions)
      case 12: session.close(now: now, into: &actions)
      default: session.send([.binary(Array(bytes))], into: &actions)
      }
      session.timeoutFired(now: now, into: &actions)
      precondition(!wasClosed || actions.count == count, "actions after closing")
      for action in actions[count...] {
        switch action {
        case .get: pending.gets += 1
        case .post: pending.posts += 1
        default: break
        }
      }
      precondition(pending.gets <= 1 && pending.posts <= 1, "two requests of one kind at a time")
      precondition(session.isClosed || (session.deadline ?? .max) > now, "a deadline in the past")
      if session.isClosed, !wasClosed {
        guard case .closed = actions.last else { fatalError("closed without the action `closed`") }
      }
    }
  }
}
