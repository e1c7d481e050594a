internal import Foundation
internal import NIOCore
internal import RoomProtocol

/// The room service on a Socket.IO server: what clients ask for goes to the service, and what that decides goes out.
///
/// `@unchecked Sendable`: used on the server's event loop alone, where its handlers run.
final class RoomHost: @unchecked Sendable {
  private static let requests = ["join", "leave", "message", "chat", "clear", "remove", "lock", "name"]

  private let server: SocketIOServer
  private let turn: TURNServer?
  private let grantKeys: GrantKeys?
  private var service: RoomService
  private var audit: RoomAudit
  private var sockets: [String: SocketIOSocket] = [:]
  /// Who gave a wrong token and is yet to be told, and what they tried meanwhile.
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
    server.on("iceServers") { [self] in giveICEServers($0) }
    server.core.run { [self] core in core.isPrior = { self.service.isWithPresenter($0.id) } }
    server.onConnection { [self] in sockets[$0.id] = $0 }
    server.onDisconnect { [self] socket, _ in
      sockets[socket.id] = nil
      unanswered[socket.id] = nil
      // At the end all are gone at once: a `bye` would end pictures that go on without this server.
      guard server.core.withValue({ !$0.isStopping }) else { return audit.ended(socket.id) }
      var actions: [RoomAction] = []
      service.disconnected(socket.id, now: server.core.withValue(\.now), into: &actions)
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
    // One guess at a time: the next one waits until this is answered, and only that.
    if case .join = request, let next = unanswered[socket.id] {
      guard next == nil else { return refuse(event, .rate) }
      unanswered[socket.id] = .some(event)
      return
    }
    var actions: [RoomAction] = []
    let time = (Date().timeIntervalSince1970 * 1000).rounded()
    let now = server.core.withValue(\.now)
    let answer = service.received(request, from: socket.id, time: time, now: now, into: &actions)
    let reason = answer["reason"]?.string.flatMap(RoomRefusal.init)
    if let reason { server.core.withValue { $0.refusedRequest(reason, request, of: socket.client) } }
    if reason == .token { return answerLate(event, answer, actions) }
    perform(actions, of: socket)
    event.acknowledge(answer)
  }

  /// Answers who gave a wrong token: each later than the one before, and the last of many never to guess again over this connection.
  private func answerLate(_ event: SocketIOServerEvent, _ answer: JSONValue, _ actions: [RoomAction]) {
    let socket = event.socket
    unanswered[socket.id] = .some(nil)
    let (delay, isLast) = server.core.withValue { $0.wrongToken(of: socket.client) }
    server.core.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(delay.nanoseconds)) { [self] in
      guard let next = unanswered.removeValue(forKey: socket.id) else { return }
      perform(actions, of: socket)
      event.acknowledge(answer)
      guard isLast else {
        if let next { received(next) }
        return
      }
      server.core.withValue { $0.refused(.flood, socket.client, "tokens") }
      socket.disconnect()
    }
  }

  /// Takes those out of their rooms whose grant has ended, or whose key was taken away, from now on again and again.
  func watchGrants() {
    guard let grantKeys, server.core.withValue({ !$0.isStopping }) else { return }
    let now = server.core.withValue(\.now)
    for (member, room, reason) in service.membersWithoutGrant(keys: grantKeys.numbers, now: now) {
      guard let socket = sockets[member] else { continue }
      var actions: [RoomAction] = []
      service.expel(member, from: room, reason, into: &actions)
      perform(actions, of: socket)
    }
    server.core.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(500)) { [weak self] in self?.watchGrants() }
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
        // Before they hear of it, so that they know them when its offer comes.
        if turn != nil, service.presenter(of: room) == member { tellICEServers(to: room, except: member) }
      case .left(let room, let member): sockets[member]?.leave(room.description)
      }
    }
  }

  /// Credentials for one who is in a room where somebody presents: without, nothing is to be passed on. nil where there are none to
  /// be had, or too many were.
  private func iceServers(for member: String, in room: RoomName) -> [(String, JSONValue)]? {
    guard let turn, let client = sockets[member]?.client, service.presenter(of: room) != nil,
      server.core.withValue({ $0.takesCredentials(client) })
    else { return nil }
    let servers = turn.iceServers(for: room, client, time: Int(Date().timeIntervalSince1970))
    return [("iceServers", servers), ("ttl", .number(Double(turn.lifetime)))]
  }

  /// Tells those who waited for somebody to present.
  private func tellICEServers(to room: RoomName, except presenter: String) {
    for member in service.members(of: room) where member.id != presenter {
      guard let servers = iceServers(for: member.id, in: room) else { continue }
      sockets[member.id]?.emit("iceServers", [.string(room.description), .object(JSONObject(servers))])
    }
  }

  /// Fresh credentials, for one who is in the room.
  private func giveICEServers(_ event: SocketIOServerEvent) {
    let id = event.socket.id
    guard let room = event.arguments.first?.string.flatMap({ RoomName($0) }), service.isMember(id, of: room)
    else { return refuse(event, .room) }
    let servers = iceServers(for: id, in: room)
    // Where there is a server, and somebody who presents, too many were asked for.
    if servers == nil, turn != nil, service.presenter(of: room) != nil { return refuse(event, .rate) }
    event.acknowledge(.object(JSONObject([("ok", true), ("iceServers", [])] + (servers ?? []))))
  }
}
