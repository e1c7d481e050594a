import RoomProtocol
import TestSupport

/// A client's and a server's session over an emulated network: everything arrives after a random delay, and in order on
/// each connection.
struct EngineIOPair {
  private enum Delivery {
    case get, post(EngineIOPayload), pollAnswer(EngineIOPayload), postAnswer
    case webSocket, webSocketOpened
    case toServer(EngineIOFrame), toClient(EngineIOFrame), clientClosed, serverClosed
  }

  private(set) var server: EngineIOServerSession
  private(set) var client: EngineIOClientSession
  private(set) var serverReceived: [EngineIOMessage] = []
  private(set) var clientReceived: [EngineIOMessage] = []
  private(set) var serverClosed: EngineIOCloseReason?
  private(set) var clientClosed: EngineIOClientCloseReason?
  private(set) var isOpen = false
  private(set) var refusals = 0
  private(set) var now: MonotonicTime
  /// Whether everything sent is lost.
  var isCut = false
  var random: SeededRandom

  /// The deliveries under way, with their time of arrival and connection.
  private var deliveries: [(time: MonotonicTime, connection: Int, delivery: Delivery)] = []
  private var isServerOpen = false

  init(
    _ version: EngineIOVersion, _ transport: EngineIOTransport, mayUpgrade: Bool, seed: UInt64,
    start: MonotonicTime = .at(0)
  ) {
    now = start
    random = SeededRandom(seed: seed)
    let request = EngineIORequest(version: version, transport: transport)
    server = EngineIOServerSession(id: "s", request: request, configuration: EngineIOConfiguration(), now: now)
    client = EngineIOClientSession(version, transport: transport, mayUpgrade: mayUpgrade)
    var actions: [EngineIOClientAction] = []
    client.open(within: .seconds(20), now: now, into: &actions)
    perform(actions)
  }

  mutating func sendFromServer(_ frame: EngineIOFrame) { server { $0.send(frame, into: &$1) } }
  mutating func sendFromClient(_ frame: EngineIOFrame) { client { $0.send([frame], into: &$1) } }
  mutating func closeServer() { server { [now] in $0.close(now: now, into: &$1) } }
  mutating func closeClient() { client { [now] in $0.close(now: now, into: &$1) } }

  /// Advances the time to `end`, and handles everything that is due.
  mutating func run(until end: MonotonicTime) {
    while true {
      let next = deliveries.map(\.time).min() ?? .max
      let due = min(next, server.deadline ?? .max, client.deadline ?? .max)
      guard due <= end else { break }
      now = max(now, due)
      if next <= now, let index = deliveries.firstIndex(where: { $0.time == next }) {
        deliver(deliveries.remove(at: index).delivery)
      } else {
        if let deadline = server.deadline, deadline <= now { server { [now] in $0.timeoutFired(now: now, into: &$1) } }
        if let deadline = client.deadline, deadline <= now { client { [now] in $0.timeoutFired(now: now, into: &$1) } }
      }
    }
    now = end
  }

  /// Drops the deliveries under way, as when the connections break.
  mutating func loseEverything() { deliveries = [] }

  private mutating func send(_ delivery: Delivery, connection: Int) {
    guard !isCut else { return }
    let earliest = deliveries.filter { $0.connection == connection }.map(\.time).max() ?? now
    let delay = Duration.milliseconds(Int.random(in: 1...200, using: &random))
    deliveries.append((max(earliest, now + delay), connection, delivery))
  }

  private mutating func deliver(_ delivery: Delivery) {
    switch delivery {
    case .get:
      if isServerOpen {
        serverRequest { $0.receivedPoll(now: $1, into: &$2) }
      } else {
        isServerOpen = true
        server { $0.open(into: &$1) }
      }
    case .post(let payload):
      serverRequest { $0.receivedPost(payload, now: $1, into: &$2) }
      send(.postAnswer, connection: 3)
    case .pollAnswer(let payload):
      client { [now] in $0.pollAnswered(status: 200, payload, now: now, into: &$1) }
    case .postAnswer: client { $0.postAnswered(status: 200, into: &$1) }
    case .webSocket:
      send(.webSocketOpened, connection: 5)
      if isServerOpen {
        serverRequest { session, now, _ in session.webSocketOpened(now: now) }
      } else {
        isServerOpen = true
        server { $0.open(into: &$1) }
      }
    case .webSocketOpened: client { $0.webSocketOpened(into: &$1) }
    case .toServer(.text(let bytes)): server { [now] in $0.receivedText(bytes[...], now: now, into: &$1) }
    case .toServer(.binary(let bytes)): server { [now] in $0.receivedBinary(bytes[...], now: now, into: &$1) }
    case .toClient(.text(let bytes)): client { [now] in $0.receivedText(bytes[...], now: now, into: &$1) }
    case .toClient(.binary(let bytes)): client { [now] in $0.receivedBinary(bytes[...], now: now, into: &$1) }
    case .clientClosed: server { $0.webSocketClosed(isClean: true, into: &$1) }
    case .serverClosed: client { $0.webSocketClosed(isClean: true, into: &$1) }
    }
  }

  private mutating func serverRequest(
    _ call: (inout EngineIOServerSession, MonotonicTime, inout [EngineIOServerAction]) -> EngineIORefusal?
  ) {
    var refusal: EngineIORefusal?
    server { [now] in refusal = call(&$0, now, &$1) }
    if refusal != nil { refusals += 1 }
  }

  private mutating func server(_ call: (inout EngineIOServerSession, inout [EngineIOServerAction]) -> Void) {
    var actions: [EngineIOServerAction] = []
    call(&server, &actions)
    for action in actions {
      switch action {
      case .sendText(let bytes): send(.toClient(.text(bytes)), connection: 5)
      case .sendBinary(let bytes): send(.toClient(.binary(bytes)), connection: 5)
      case .closeWebSocket: send(.serverClosed, connection: 5)
      case .answerPoll(let payload): send(.pollAnswer(payload), connection: 1)
      case .message(let message): serverReceived.append(message)
      case .upgraded: break
      case .closed(let reason): serverClosed = reason
      }
    }
  }

  private mutating func client(_ call: (inout EngineIOClientSession, inout [EngineIOClientAction]) -> Void) {
    var actions: [EngineIOClientAction] = []
    call(&client, &actions)
    perform(actions)
  }

  private mutating func perform(_ actions: [EngineIOClientAction]) {
    for action in actions {
      switch action {
      case .get: send(.get, connection: 0)
      case .post(_, let payload): send(.post(payload), connection: 2)
      case .openWebSocket: send(.webSocket, connection: 4)
      case .sendText(let bytes): send(.toServer(.text(bytes)), connection: 4)
      case .sendBinary(let bytes): send(.toServer(.binary(bytes)), connection: 4)
      case .closeWebSocket: send(.clientClosed, connection: 4)
      case .opened: isOpen = true
      case .message(let message): clientReceived.append(message)
      case .upgraded: break
      case .closed(let reason): clientClosed = reason
      }
    }
  }
}
