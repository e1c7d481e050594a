import RoomProtocol

/// Properties of a room server or client for arbitrary input; checked by the fuzzer, and by tests with its corpus. A violation
/// traps.
package enum RoomChecks {
  /// Chooses the check by the first byte. For a session or connection the others are pieces, one event each.
  package static func check(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let rest = bytes.dropFirst()
    let version: EngineIOVersion = first & 8 == 0 ? .v4 : .v3
    switch first & 7 {
    case 0: checkJSON(rest)
    case 1: checkPayload(EngineIOPayload(bytes: Array(rest), isBinary: first & 16 != 0), version)
    case 2: checkPackets(Pieces(rest), version)
    case 3:
      let request = EngineIORequest(version: version, transport: first & 16 == 0 ? .polling : .webSocket)
      SessionChecks.checkServer(Pieces(rest), request)
    case 4: SessionChecks.checkClient(Pieces(rest), version, first & 16 == 0 ? .polling : .webSocket)
    case 5: checkConnections(Pieces(rest), version)
    case 6: checkRooms(Pieces(rest), publisherToken: first & 8 == 0 ? Secret("p") : nil)
    default: checkQuery(rest)
    }
  }

  private static func checkJSON(_ bytes: ArraySlice<UInt8>) {
    guard let value = try? JSONValue(parsing: bytes) else { return }
    guard let again = try? JSONValue(parsing: value.text[...]) else { fatalError("not readable after writing") }
    precondition(again.text == value.text, "changed by writing and reading")
    _ = RoomSignal(value).value
    _ = RoomJoin(value).value
  }

  private static func checkPayload(_ payload: EngineIOPayload, _ version: EngineIOVersion) {
    guard var reader = try? EngineIOPayloadReader(payload, version) else { return }
    var packets: [EngineIOPacket] = []
    while let packet = try? reader.next() {
      precondition(packet.isBinary || packet.data.count < payload.bytes.count, "a packet longer than its payload")
      packets.append(packet)
      precondition(packets.count <= payload.bytes.count + 1, "more packets than bytes")
    }
    guard !packets.isEmpty else { return }
    let frames = packets.map(EngineIOFrame.init)
    for written in [
      EngineIOPayload(frames, version, supportsBinary: true), EngineIOPayload(frames, version, supportsBinary: false),
      EngineIOPayload(posting: frames, version),
    ] {
      guard var again = try? EngineIOPayloadReader(written, version) else { fatalError("not readable after writing") }
      for packet in packets { precondition((try? again.next()) == packet, "changed by writing and reading") }
    }
  }

  private static func checkPackets(_ pieces: Pieces, _ version: EngineIOVersion) {
    var decoder = SocketIODecoder(SocketIOVersion(version))
    for (kind, bytes) in pieces {
      guard let message = message(kind, bytes) else { continue }
      do throws(SocketIOError) {
        if let packet = try decoder.decode(message) { checkWritten(packet, SocketIOVersion(version)) }
      } catch {
        return
      }
    }
  }

  /// A packet is the same after writing and reading it again.
  private static func checkWritten(_ packet: SocketIOPacket, _ version: SocketIOVersion) {
    var decoder = SocketIODecoder(version)
    var read: SocketIOPacket?
    for frame in packet.frames {
      switch frame {
      case .text(let bytes): read = try? decoder.decode(.text(bytes.dropFirst()))
      case .binary(let bytes): read = try? decoder.decode(.binary(bytes[...]))
      }
    }
    precondition(read?.frames == packet.frames, "changed by writing and reading")
  }

  private static func checkConnections(_ pieces: Pieces, _ version: EngineIOVersion) {
    var now = MonotonicTime(nanoseconds: 0)
    var server = SocketIOServerConnection(version, now: now)
    var client = SocketIOClientConnection(version, sessionID: "s")
    var toServer: [SocketIOServerAction] = []
    var toClient: [SocketIOClientAction] = []
    server.opened(into: &toServer)
    client.connect(now: now, into: &toClient)
    for (kind, bytes) in pieces {
      now = now + .seconds(Int(kind >> 4))
      if let message = message(kind, bytes) {
        server.received(message, now: now, into: &toServer)
        client.received(message, into: &toClient)
      }
      server.timeoutFired(now: now, into: &toServer)
      client.timeoutFired(now: now, into: &toClient)
      _ = server.emit("e", [], acknowledgedWithin: .seconds(3), now: now, into: &toServer)
      for case .connecting(let namespace, _, _) in toServer { server.accept(namespace, id: "i", into: &toServer) }
      toServer = []
      toClient = []
    }
    server.closed(into: &toServer)
    client.closed(into: &toClient)
    precondition(client.deadline == nil, "a deadline after closing")
  }

  private static func message(_ kind: UInt8, _ bytes: ArraySlice<UInt8>) -> EngineIOMessage? {
    guard kind & 1 == 0 else { return .binary(bytes) }
    return (try? UTF8Span(validating: bytes.span)) == nil ? nil : .text(bytes)
  }

  private static func checkRooms(_ pieces: Pieces, publisherToken: Secret?) {
    var service = RoomService(
      RoomConfiguration(
        capacity: 3, publisherToken: publisherToken, rooms: 4, roomsPerMember: 2, chatHistoryBytes: historyBytes,
        allChatHistoryBytes: 2 * historyBytes))
    var now = MonotonicTime(nanoseconds: 0)
    var client = SharingClient(room: "r")
    var actions: [RoomAction] = []
    for (kind, bytes) in pieces {
      let member = "\(kind & 7)"
      now = now + .seconds(Int(kind))
      if kind & 8 != 0 { service.disconnected(member, now: now, into: &actions) }
      guard let values = (try? JSONValue(parsing: bytes))?.array, let event = values.first?.string else { continue }
      let arguments = Array(values.dropFirst())
      if let request = RoomRequest(event: event, arguments) {
        let known = actions.count
        _ = service.received(request, from: member, time: 0, now: now, into: &actions)
        if case .message = request { for action in actions[known...] { checkSender(of: action, is: member) } }
        checkHistory(service, after: actions[known...])
      }
      if let event = RoomEvent(event: event, arguments) { _ = client.handle(.received(event)) }
      _ = client.handle(kind & 16 == 0 ? .connected : .disconnected(willReconnect: kind & 32 == 0))
      _ = client.handle(kind & 64 == 0 ? .join : .leave)
      if publisherToken == nil { checkPublishers(service) }
      precondition(service.roomCount <= 4 && service.memberCount <= 8, "too many rooms or members")
    }
    for member in 0..<8 { service.disconnected("\(member)", now: now, into: &actions) }
    precondition(service.roomCount == 0 && service.memberCount == 0, "rooms or members remain after all have left")
    precondition(service.chatBytes == 0, "chat remains after all have left")
  }

  private static let historyBytes = 300

  /// The chat history is within its limits, and ends with the last line.
  private static func checkHistory(_ service: RoomService, after actions: ArraySlice<RoomAction>) {
    var bytes = 0
    for name in ["r", "q", "s", "t"].compactMap({ RoomName($0) }) {
      let kept = service.chatHistory(of: name)
      let own = kept.reduce(0) { $0 + $1.value.text.count }
      precondition(own <= historyBytes, "a room's chat history is over its limit")
      bytes += own
      for case .broadcast(.chat(name.description, let line), _, _) in actions {
        precondition(kept.last == line || line.value.text.count > historyBytes / 4, "the last line is not kept")
      }
    }
    precondition(
      bytes <= service.chatBytes && service.chatBytes <= 2 * historyBytes, "the chat history is counted wrongly")
  }

  private static func checkPublishers(_ service: RoomService) {
    for room in ["r", "q"].compactMap({ RoomName($0) }) {
      precondition(service.members(of: room).count { $0.role == .publisher } <= 1, "two presenters in one room")
    }
  }

  /// For every form of a message's data, the `from` that a receiver reads is the sender.
  private static func checkSender(of action: RoomAction, is member: String) {
    switch action {
    case .emit(.message(_, let data), _), .deliver(.message(_, let data), _), .broadcast(.message(_, let data), _, _):
      var read = data
      if let text = data.string {
        // As browsers read it: without limits.
        read = (try? JSONValue(parsing: text, limits: JSONLimits(depth: .max, values: .max))) ?? .null
      }
      precondition(read["from"] == (read.object == nil ? nil : .string(member)), "a message with a wrong sender")
    default: break
    }
  }

  private static func checkQuery(_ bytes: ArraySlice<UInt8>) {
    guard let request = try? EngineIORequest(query: String(decoding: bytes, as: UTF8.self)) else { return }
    precondition((try? EngineIORequest(query: request.query)) != nil, "not readable after writing")
    _ = try? EngineIOHandshake(bytes)
  }
}
