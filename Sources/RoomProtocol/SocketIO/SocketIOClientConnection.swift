/// A client's Socket.IO connection, over one Engine.IO session. It does no I/O: see `SocketIOClientAction`.
package struct SocketIOClientConnection: Sendable {
  package let version: SocketIOVersion
  private let sessionID: String
  private let limits: SocketIOLimits
  private var exchange: SocketIOExchange<SocketIOClientAction>
  /// Events that arrived before the server's `connect` packet: python-socketio's servers send them in that order.
  private var early: [SocketIOEvent] = []
  private static let maxEarly = 64

  /// - Parameters:
  ///   - engine: the version of Engine.IO, which determines that of Socket.IO.
  ///   - sessionID: of the open Engine.IO session.
  ///   - limits: of what the server may send.
  package init(_ engine: EngineIOVersion, sessionID: String, limits: SocketIOLimits = SocketIOLimits()) {
    version = SocketIOVersion(engine)
    self.sessionID = sessionID
    self.limits = limits
    exchange = SocketIOExchange(version, limits: limits)
  }

  /// When `timeoutFired` is due; nil if nothing is pending.
  package var deadline: MonotonicTime? {
    var deadlines = exchange.namespaces.values.compactMap {
      if case .asked(let deadline) = $0 { deadline } else { nil }
    }
    if let deadline = exchange.acknowledgementDeadline { deadlines.append(deadline) }
    return deadlines.min()
  }

  package func isConnected(to namespace: String) -> Bool { exchange.isConnected(to: namespace) }

  /// Asks to join a namespace. In version 4 every client is in `/` without asking.
  /// - Parameters:
  ///   - namespace: its name, beginning with `/`.
  ///   - auth: sent in version 5; version 4 cannot carry it.
  ///   - now: the time, for the answer's time-out.
  ///   - actions: what to do now is appended.
  package mutating func connect(
    to namespace: String = "/", auth: JSONValue? = nil, now: MonotonicTime, into actions: inout [SocketIOClientAction]
  ) {
    guard exchange.namespaces[namespace] == nil, exchange.namespaces.count < limits.namespaces else { return }
    exchange.ask(for: namespace, until: now + limits.connectTimeout)
    guard version == .v5 || namespace != "/" else { return }
    let packet = SocketIOPacket(.connect, namespace: namespace, data: version == .v5 ? auth : nil)
    actions.append(.send(packet.frames))
  }

  /// A message of the Engine.IO session.
  package mutating func received(_ message: EngineIOMessage, into actions: inout [SocketIOClientAction]) {
    do throws(SocketIOError) {
      guard let packet = try exchange.decode(message) else { return }
      try received(packet, into: &actions)
    } catch {
      actions.append(.close(error))
    }
  }

  private mutating func received(
    _ packet: SocketIOPacket, into actions: inout [SocketIOClientAction]
  ) throws(SocketIOError) {
    let namespace = packet.namespace
    switch packet.kind {
    case .connect:
      guard exchange.hasAsked(for: namespace) else { return }
      exchange.join(namespace)
      actions.append(.connected(namespace: namespace, id: try id(packet)))
      for event in early where event.namespace == namespace { actions.append(.event(event)) }
      early.removeAll { $0.namespace == namespace }
    case .connectError:
      guard exchange.hasAsked(for: namespace) else { return }
      exchange.refuse(namespace)
      let message = packet.data?.string ?? packet.data?["message"]?.string ?? ""
      actions.append(.refused(namespace: namespace, message: message, data: packet.data?["data"]))
    case .disconnect:
      guard exchange.namespaces[namespace] != nil else { return }
      leave(namespace, into: &actions)
      actions.append(.disconnected(namespace: namespace))
    case .event:
      guard let event = SocketIOEvent(packet) else { return }
      switch exchange.namespaces[namespace] {
      case .joined: actions.append(.event(event))
      case .asked: if early.count < Self.maxEarly { early.append(event) } else { throw .tooLarge }
      // An event may have been under way when the client left the namespace.
      case nil: break
      }
    case .acknowledgement: exchange.received(acknowledgement: packet, into: &actions)
    }
  }

  /// This client's id in a namespace: version 5 sends it, version 4 derives it from the session's.
  private func id(_ packet: SocketIOPacket) throws(SocketIOError) -> String {
    guard version == .v5 else {
      return packet.namespace == "/" ? sessionID : "\(packet.namespace)#\(sessionID)"
    }
    guard let id = packet.data?["sid"]?.string else { throw .otherVersion }
    return id
  }

  /// The Engine.IO session is over, and with it every namespace.
  package mutating func closed(into actions: inout [SocketIOClientAction]) {
    for namespace in exchange.namespaces.keys.sorted() {
      leave(namespace, into: &actions)
      actions.append(.disconnected(namespace: namespace))
    }
  }

  /// The time is `deadline` or later.
  package mutating func timeoutFired(now: MonotonicTime, into actions: inout [SocketIOClientAction]) {
    exchange.timeoutFired(now: now, into: &actions)
    let isLate = exchange.namespaces.values.contains {
      if case .asked(let deadline?) = $0 { deadline <= now } else { false }
    }
    if isLate { actions.append(.close(.connectTimeout)) }
  }
}

// MARK: Sending

extension SocketIOClientConnection {
  /// Emits an event and waits for its acknowledgement; `acknowledged` or `acknowledgementMissing` reports the result.
  /// - Returns: its number; nil if this client is not in the namespace or too many acknowledgements are pending.
  package mutating func emit(
    _ event: String, _ arguments: [JSONValue], namespace: String = "/", acknowledgedWithin limit: Duration,
    now: MonotonicTime, into actions: inout [SocketIOClientAction]
  ) -> UInt64? {
    exchange.emit(event, arguments, in: namespace, until: now + limit, into: &actions)
  }

  /// Emits an event.
  package func emit(
    _ event: String, _ arguments: [JSONValue], namespace: String = "/", into actions: inout [SocketIOClientAction]
  ) {
    exchange.emit(event, arguments, in: namespace, into: &actions)
  }

  /// Acknowledges an event that asked for it.
  package func acknowledge(
    _ id: UInt64, _ arguments: [JSONValue], namespace: String = "/", into actions: inout [SocketIOClientAction]
  ) {
    exchange.acknowledge(id, arguments, in: namespace, into: &actions)
  }

  /// Leaves a namespace.
  package mutating func disconnect(from namespace: String = "/", into actions: inout [SocketIOClientAction]) {
    guard exchange.namespaces[namespace] != nil else { return }
    leave(namespace, into: &actions)
    actions.append(.send(SocketIOPacket(.disconnect, namespace: namespace).frames))
  }

  private mutating func leave(_ namespace: String, into actions: inout [SocketIOClientAction]) {
    early.removeAll { $0.namespace == namespace }
    exchange.leave(namespace, into: &actions)
  }
}

/// What the driver of a client's connection must do, in order.
package enum SocketIOClientAction: Sendable, Equatable {
  /// Send these over Engine.IO, with no other packet between them.
  case send([EngineIOFrame])
  /// The server accepted this client in a namespace, where its id is `id`.
  case connected(namespace: String, id: String)
  /// The server refused this client in a namespace.
  case refused(namespace: String, message: String, data: JSONValue?)
  case event(SocketIOEvent)
  case acknowledged(namespace: String, id: UInt64, arguments: [JSONValue])
  /// The server did not acknowledge in time, or the client left the namespace; a later acknowledgement is ignored.
  case acknowledgementMissing(namespace: String, id: UInt64)
  /// The server removed this client from a namespace, or the session is over.
  case disconnected(namespace: String)
  /// The server violated the protocol or a limit: close the Engine.IO session.
  case close(SocketIOError)
}
