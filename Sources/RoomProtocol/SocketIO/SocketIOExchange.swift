/// What both sides of a Socket.IO connection do alike: they are in namespaces, and emit and acknowledge events there.
struct SocketIOExchange<Action: SocketIOAction>: Sendable {
  enum Membership: Sendable {
    /// The client has asked to join. It closes the connection unless the server answers by this time; nil at the server.
    case asked(until: MonotonicTime?)
    case joined
  }

  private(set) var namespaces: [String: Membership] = [:]
  private var decoder: SocketIODecoder
  private var acknowledgements: PendingAcknowledgements

  init(_ version: SocketIOVersion, limits: SocketIOLimits) {
    decoder = SocketIODecoder(version, limits: limits)
    acknowledgements = PendingAcknowledgements(limit: limits.acknowledgements)
  }

  // MARK: Namespaces

  func isConnected(to namespace: String) -> Bool {
    if case .joined = namespaces[namespace] { true } else { false }
  }

  func hasAsked(for namespace: String) -> Bool {
    if case .asked = namespaces[namespace] { true } else { false }
  }

  mutating func ask(for namespace: String, until deadline: MonotonicTime? = nil) {
    namespaces[namespace] = .asked(until: deadline)
  }

  mutating func join(_ namespace: String) { namespaces[namespace] = .joined }

  /// Takes back a request to join.
  mutating func refuse(_ namespace: String) { namespaces[namespace] = nil }

  /// Leaves a namespace, where nothing is acknowledged any more.
  mutating func leave(_ namespace: String, into actions: inout [Action]) {
    namespaces[namespace] = nil
    for key in acknowledgements.removeAll(in: namespace) {
      actions.append(.acknowledgementMissing(namespace: key.namespace, id: key.id))
    }
  }

  // MARK: Received packets

  mutating func decode(_ message: EngineIOMessage) throws(SocketIOError) -> SocketIOPacket? {
    try decoder.decode(message)
  }

  mutating func received(acknowledgement packet: SocketIOPacket, into actions: inout [Action]) {
    guard let id = packet.id, case .array(let arguments) = packet.data,
      acknowledgements.remove(namespace: packet.namespace, id: id)
    else { return }
    actions.append(.acknowledged(namespace: packet.namespace, id: id, arguments: arguments))
  }

  // MARK: Acknowledgements in time

  /// When the first pending acknowledgement is too late; nil if none is pending.
  var acknowledgementDeadline: MonotonicTime? { acknowledgements.deadline }

  mutating func timeoutFired(now: MonotonicTime, into actions: inout [Action]) {
    for key in acknowledgements.removeAll(until: now) {
      actions.append(.acknowledgementMissing(namespace: key.namespace, id: key.id))
    }
  }

  // MARK: Sending

  /// - Returns: the event's number; nil if this side is not in the namespace or too many acknowledgements are pending.
  mutating func emit(
    _ event: String, _ arguments: [JSONValue], in namespace: String, until deadline: MonotonicTime,
    into actions: inout [Action]
  ) -> UInt64? {
    guard isConnected(to: namespace), let id = acknowledgements.add(namespace: namespace, until: deadline) else {
      return nil
    }
    actions.append(.send(SocketIOPacket(event: event, arguments, namespace: namespace, id: id).frames))
    return id
  }

  func emit(_ event: String, _ arguments: [JSONValue], in namespace: String, into actions: inout [Action]) {
    guard isConnected(to: namespace) else { return }
    actions.append(.send(SocketIOPacket(event: event, arguments, namespace: namespace).frames))
  }

  func acknowledge(_ id: UInt64, _ arguments: [JSONValue], in namespace: String, into actions: inout [Action]) {
    guard isConnected(to: namespace) else { return }
    let packet = SocketIOPacket(.acknowledgement, namespace: namespace, id: id, data: .array(arguments))
    actions.append(.send(packet.frames))
  }
}

/// The actions that both sides have.
protocol SocketIOAction: Sendable {
  static func send(_ frames: [EngineIOFrame]) -> Self
  static func acknowledged(namespace: String, id: UInt64, arguments: [JSONValue]) -> Self
  static func acknowledgementMissing(namespace: String, id: UInt64) -> Self
}

extension SocketIOServerAction: SocketIOAction {}
extension SocketIOClientAction: SocketIOAction {}

/// The acknowledgements that one side waits for.
struct PendingAcknowledgements: Sendable {
  struct Key: Hashable, Sendable {
    let namespace: String
    let id: UInt64
  }

  private var deadlines: [Key: MonotonicTime] = [:]
  private var last: UInt64
  private let limit: Int

  /// - Parameter last: the number before the first one assigned.
  init(limit: Int, last: UInt64 = 0) {
    self.limit = limit
    self.last = last
  }

  /// Assigns the next number; nil if too many acknowledgements are pending.
  mutating func add(namespace: String, until deadline: MonotonicTime) -> UInt64? {
    guard deadlines.count < limit else { return nil }
    last += 1
    deadlines[Key(namespace: namespace, id: last)] = deadline
    return last
  }

  /// Returns whether it was pending.
  mutating func remove(namespace: String, id: UInt64) -> Bool {
    deadlines.removeValue(forKey: Key(namespace: namespace, id: id)) != nil
  }

  /// Removes those of a namespace and returns them in order.
  mutating func removeAll(in namespace: String) -> [Key] { removeAll { key, _ in key.namespace == namespace } }

  /// Removes those whose deadline has passed and returns them in order.
  mutating func removeAll(until now: MonotonicTime) -> [Key] { removeAll { _, deadline in deadline <= now } }

  private mutating func removeAll(where matches: (Key, MonotonicTime) -> Bool) -> [Key] {
    guard !deadlines.isEmpty else { return [] }
    let keys = deadlines.filter { matches($0.key, $0.value) }.keys.sorted { $0.id < $1.id }
    for key in keys { deadlines[key] = nil }
    return keys
  }

  var deadline: MonotonicTime? { deadlines.values.min() }
}
