/// One client's Socket.IO connection at the server, over one Engine.IO session. It does no I/O: see
/// `SocketIOServerAction`.
///
/// To emit an event to many clients, encode it once with `SocketIOPacket.frames`.
package struct SocketIOServerConnection: Sendable {
  package let version: SocketIOVersion
  private let limits: SocketIOLimits
  private var exchange: SocketIOExchange<SocketIOServerAction>
  private var connectDeadline: MonotonicTime?

  package init(_ engine: EngineIOVersion, limits: SocketIOLimits = SocketIOLimits(), now: MonotonicTime) {
    version = SocketIOVersion(engine)
    self.limits = limits
    exchange = SocketIOExchange(version, limits: limits)
    connectDeadline = now + limits.connectTimeout
  }

  /// When `timeoutFired` is due; nil if nothing is pending.
  package var deadline: MonotonicTime? {
    [connectDeadline, exchange.acknowledgementDeadline].compactMap(\.self).min()
  }

  package func isConnected(to namespace: String) -> Bool { exchange.isConnected(to: namespace) }

  /// The Engine.IO session is open. A v4 client thereby asks to join `/`.
  package mutating func opened(into actions: inout [SocketIOServerAction]) {
    guard version == .v4 else { return }
    ask("/", auth: nil, query: nil, into: &actions)
  }

  /// A message of the Engine.IO session.
  package mutating func received(
    _ message: EngineIOMessage, now: MonotonicTime, into actions: inout [SocketIOServerAction]
  ) {
    do throws(SocketIOError) {
      guard let packet = try exchange.decode(message) else { return }
      try received(packet, into: &actions)
    } catch {
      actions.append(.close(error))
    }
  }

  private mutating func received(
    _ packet: SocketIOPacket, into actions: inout [SocketIOServerAction]
  ) throws(SocketIOError) {
    switch packet.kind {
    case .connect:
      let name = packet.namespace.split(separator: "?", maxSplits: 1)
      let namespace = name.first.map(String.init) ?? "/"
      guard exchange.namespaces[namespace] == nil else { return }
      guard exchange.namespaces.count < limits.namespaces else { throw .tooLarge }
      ask(namespace, auth: packet.data, query: name.count > 1 ? String(name[1]) : nil, into: &actions)
    case .disconnect:
      guard isConnected(to: packet.namespace) else { return }
      exchange.leave(packet.namespace, into: &actions)
      actions.append(.disconnected(namespace: packet.namespace))
    case .event:
      // An event may have been under way when the client was removed from the namespace.
      guard isConnected(to: packet.namespace), let event = SocketIOEvent(packet) else { return }
      actions.append(.event(event))
    case .acknowledgement: exchange.received(acknowledgement: packet, into: &actions)
    case .connectError: throw .unknownPacketType
    }
  }

  private mutating func ask(
    _ namespace: String, auth: JSONValue?, query: String?, into actions: inout [SocketIOServerAction]
  ) {
    exchange.ask(for: namespace)
    actions.append(.connecting(namespace: namespace, auth: auth, query: query))
  }

  /// The Engine.IO session is over, and with it every namespace.
  package mutating func closed(into actions: inout [SocketIOServerAction]) {
    connectDeadline = nil
    for namespace in exchange.namespaces.keys.sorted() {
      let wasJoined = isConnected(to: namespace)
      exchange.leave(namespace, into: &actions)
      if wasJoined { actions.append(.disconnected(namespace: namespace)) }
    }
  }

  /// The time is `deadline` or later.
  package mutating func timeoutFired(now: MonotonicTime, into actions: inout [SocketIOServerAction]) {
    exchange.timeoutFired(now: now, into: &actions)
    guard let connectDeadline, connectDeadline <= now else { return }
    self.connectDeadline = nil
    actions.append(.close(.connectTimeout))
  }
}

// MARK: Sending

extension SocketIOServerConnection {
  /// Accepts the client in a namespace that it asked for.
  /// - Parameters:
  ///   - namespace: its name, beginning with `/`.
  ///   - id: the client's id there. A v4 client is not sent it, and assumes its Engine.IO session's id, with `/name#`
  ///     before it in a namespace other than `/`.
  ///   - actions: what to do now is appended.
  package mutating func accept(_ namespace: String, id: String, into actions: inout [SocketIOServerAction]) {
    guard exchange.hasAsked(for: namespace) else { return }
    exchange.join(namespace)
    connectDeadline = nil
    let data: JSONValue? = version == .v5 ? ["sid": .string(id)] : nil
    actions.append(.send(SocketIOPacket(.connect, namespace: namespace, data: data).frames))
  }

  /// Refuses the client in a namespace that it asked for.
  package mutating func refuse(
    _ namespace: String, _ message: String, data: JSONValue? = nil, into actions: inout [SocketIOServerAction]
  ) {
    guard exchange.hasAsked(for: namespace) else { return }
    exchange.refuse(namespace)
    var error: JSONObject = ["message": .string(message)]
    error["data"] = data
    let packet = SocketIOPacket(
      .connectError, namespace: namespace, data: version == .v5 ? .object(error) : .string(message))
    actions.append(.send(packet.frames))
  }

  /// Emits an event and waits for its acknowledgement; `acknowledged` or `acknowledgementMissing` reports the result.
  /// - Returns: its number; nil if the client is not in the namespace or too many acknowledgements are pending.
  package mutating func emit(
    _ event: String, _ arguments: [JSONValue], namespace: String = "/", acknowledgedWithin limit: Duration,
    now: MonotonicTime, into actions: inout [SocketIOServerAction]
  ) -> UInt64? {
    exchange.emit(event, arguments, in: namespace, until: now + limit, into: &actions)
  }

  /// Emits an event.
  package func emit(
    _ event: String, _ arguments: [JSONValue], namespace: String = "/", into actions: inout [SocketIOServerAction]
  ) {
    exchange.emit(event, arguments, in: namespace, into: &actions)
  }

  /// Acknowledges an event that asked for it.
  package func acknowledge(
    _ id: UInt64, _ arguments: [JSONValue], namespace: String = "/", into actions: inout [SocketIOServerAction]
  ) {
    exchange.acknowledge(id, arguments, in: namespace, into: &actions)
  }

  /// Removes the client from a namespace and notifies it.
  package mutating func disconnect(_ namespace: String = "/", into actions: inout [SocketIOServerAction]) {
    guard isConnected(to: namespace) else { return }
    exchange.leave(namespace, into: &actions)
    actions.append(.send(SocketIOPacket(.disconnect, namespace: namespace).frames))
  }
}

/// What the driver of a server's connection must do, in order.
package enum SocketIOServerAction: Sendable, Equatable {
  /// Send these over Engine.IO, with no other packet between them.
  case send([EngineIOFrame])
  /// The client asks to join a namespace: `accept` or `refuse` it, now or later.
  /// `query` comes from a v4 client, after the name; `auth` from a v5 client.
  case connecting(namespace: String, auth: JSONValue?, query: String?)
  case event(SocketIOEvent)
  case acknowledged(namespace: String, id: UInt64, arguments: [JSONValue])
  /// The client did not acknowledge in time, or has left; a later acknowledgement is ignored.
  case acknowledgementMissing(namespace: String, id: UInt64)
  /// The client left a namespace.
  case disconnected(namespace: String)
  /// The client violated the protocol or a limit: close its Engine.IO session.
  case close(SocketIOError)
}
