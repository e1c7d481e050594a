internal import Foundation
internal import NIOCore
internal import RoomProtocol

/// Connects the room service to a Socket.IO server: passes requests to the service, and performs its actions.
///
/// `@unchecked Sendable`: used only on the server's event loop, where its handlers run.
final class RoomHost: @unchecked Sendable {
  private static let requests = ["join", "leave", "message", "chat", "clear", "remove", "lock", "name"]

  private let server: SocketIOServer
  private let turn: TURNServer?
  private let grantKeys: GrantKeys?
  private var service: RoomService
  private var audit: RoomAudit
  private var sockets: [String: SocketIOSocket] = [:]
  /// Clients whose wrong token is not answered yet, each with its next attempt, if any.
  private var unanswered: [String: SocketIOServerEvent?] = [:]

  init(_ configuration: RoomServerConfiguration, _ server: SocketIOServer) {
    self.server = server
    turn = configuration.turn
    grantKeys = configuration.grantKeys
    var rooms = configuration.rooms
    rooms.rooms = configuration.server.limits.rooms
    rooms.roomsPerMember = configuration.server.limits.roomsPerClient
    if let keys = configuration.grantKeys { rooms.grants = { keys.grant(in: $0) } }
    service = RoomService(rooms)
    audit = RoomAudit(configuration.server.audit)
    for request in Self.requests { server.on(request) { [self] in received($0) } }
    server.on("iceServers") { [self] in answerICEServers($0) }
    server.state.run { [self] state in state.hasPriority = { self.service.isWithPresenter($0.id) } }
    server.onConnection { [self] in sockets[$0.id] = $0 }
    server.onDisconnect { [self] socket, _ in
      sockets[socket.id] = nil
      unanswered[socket.id] = nil
      // When the server stops, sends no `bye`: peer connections go on without the server.
      guard server.state.withValue({ !$0.isStopping }) else { return audit.ended(socket.id) }
      var actions: [RoomAction] = []
      service.disconnected(socket.id, now: server.state.withValue(\.now), into: &actions)
      perform(actions, of: socket)
    }
  }

  var roomCount: Int { service.roomCount }
  var memberCount: Int { service.memberCount }

  private func received(_ event: SocketIOServerEvent) {
    guard let request = RoomRequest(event: event.name, event.arguments) else {
      return refuse(event, .request)
    }
    let socket = event.socket
    // One token at a time: one further attempt waits for the answer, more are refused.
    if case .join = request, let next = unanswered[socket.id] {
      guard next == nil else { return refuse(event, .rate) }
      unanswered[socket.id] = .some(event)
      return
    }
    var actions: [RoomAction] = []
    let time = (Date().timeIntervalSince1970 * 1000).rounded()
    let now = server.state.withValue(\.now)
    let answer = service.received(request, from: socket.id, time: time, now: now, into: &actions)
    let reason = answer["reason"]?.string.flatMap(RoomRefusal.init)
    if let reason { server.state.withValue { $0.refusedRequest(reason, request, of: socket.client) } }
    if reason == .token { return answerDelayed(event, answer, actions) }
    perform(actions, of: socket)
    event.acknowledge(answer)
  }

  /// Answers a wrong token after a growing delay, and disconnects the client after too many.
  private func answerDelayed(_ event: SocketIOServerEvent, _ answer: JSONValue, _ actions: [RoomAction]) {
    let socket = event.socket
    unanswered[socket.id] = .some(nil)
    let (delay, isLast) = server.state.withValue { $0.wrongToken(of: socket.client) }
    server.state.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { [self] in
      guard let next = unanswered.removeValue(forKey: socket.id) else { return }
      perform(actions, of: socket)
      event.acknowledge(answer)
      guard isLast else {
        if let next { received(next) }
        return
      }
      server.state.withValue { $0.refused(.flood, socket.client, "tokens") }
      socket.disconnect()
    }
  }

  /// Removes members whose grant has expired or whose key was removed; repeats every 500 ms.
  func checkGrants() {
    guard let grantKeys, server.state.withValue({ !$0.isStopping }) else { return }
    let now = server.state.withValue(\.now)
    for (member, room, reason) in service.membersWithoutGrant(keys: grantKeys.numbers, now: now) {
      guard let socket = sockets[member] else { continue }
      var actions: [RoomAction] = []
      service.expel(member, from: room, reason, into: &actions)
      perform(actions, of: socket)
    }
    server.state.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(500)) { [weak self] in self?.checkGrants() }
  }

  private func refuse(_ event: SocketIOServerEvent, _ reason: RoomRefusal) {
    event.acknowledge(["ok": false, "reason": .string(reason.rawValue)])
  }

  private func perform(_ actions: [RoomAction], of socket: SocketIOSocket) {
    audit.note(actions, by: socket) { room, id in
      guard let member = service.member(id, of: room), let client = sockets[id]?.client else { return nil }
      return (member, client)
    }
    for action in actions {
      switch action {
      case .emit(.joined(let room, let id, var info), let member):
        for (key, value) in RoomName(room).flatMap({ iceServers(for: id, in: $0) }) ?? [] { info?[key] = value }
        let event = RoomEvent.joined(room: room, id: id, info: info)
        sockets[member]?.emit(event.event, event.arguments)
      case .emit(let event, let member): sockets[member]?.emit(event.event, event.arguments)
      case .deliver(let event, let members):
        socket.some(members.compactMap { sockets[$0] }).emit(event.event, event.arguments)
      case .broadcast(let event, let room, let excluded):
        var audience = socket.everyone(in: room.description)
        if let excluded = excluded.flatMap({ sockets[$0] }) { audience = audience.except(excluded) }
        audience.emit(event.event, event.arguments)
      case .entered(let room, let member):
        sockets[member]?.join(room.description)
        // Before the presenter is announced, so that the members have the servers when its offer comes.
        if turn != nil, service.presenter(of: room) == member { sendICEServers(to: room, except: member) }
      case .left(let room, let member): sockets[member]?.leave(room.description)
      }
    }
  }

  /// TURN credentials for a member; nil without a presenter (nothing to relay), without a TURN server, or beyond the limit.
  private func iceServers(for member: String, in room: RoomName) -> [(String, JSONValue)]? {
    guard let turn, let client = sockets[member]?.client, service.presenter(of: room) != nil,
      server.state.withValue({ $0.takesCredentials(client) })
    else { return nil }
    let servers = turn.iceServers(for: room, client, time: Int(Date().timeIntervalSince1970))
    return [("iceServers", servers), ("ttl", .number(Double(turn.lifetime)))]
  }

  /// Sends credentials to the members who joined before the presenter.
  private func sendICEServers(to room: RoomName, except presenter: String) {
    for member in service.members(of: room) where member.id != presenter {
      guard let servers = iceServers(for: member.id, in: room) else { continue }
      sockets[member.id]?.emit("iceServers", [.string(room.description), .object(JSONObject(servers))])
    }
  }

  /// Answers a member's request for fresh credentials.
  private func answerICEServers(_ event: SocketIOServerEvent) {
    let id = event.socket.id
    guard let room = event.arguments.first?.string.flatMap({ RoomName($0) }), service.isMember(id, of: room)
    else { return refuse(event, .room) }
    let servers = iceServers(for: id, in: room)
    // With a TURN server and a presenter, only the rate limit can be the reason.
    if servers == nil, turn != nil, service.presenter(of: room) != nil { return refuse(event, .rate) }
    event.acknowledge(.object(JSONObject([("ok", true), ("iceServers", [])] + (servers ?? []))))
  }
}
