internal import Foundation
internal import RoomProtocol

/// The room service on a Socket.IO server: what clients ask for goes to the service, and what that decides goes out.
///
/// `@unchecked Sendable`: used on the server's event loop alone, where its handlers run.
final class RoomHost: @unchecked Sendable {
  private static let requests = ["join", "leave", "message", "chat", "remove", "lock", "name"]

  private let server: SocketIOServer
  private let turn: TURNServer?
  private var service: RoomService
  private var sockets: [String: SocketIOSocket] = [:]

  init(_ configuration: RoomServerConfiguration, _ server: SocketIOServer) {
    self.server = server
    turn = configuration.turn
    var rooms = configuration.rooms
    rooms.rooms = configuration.server.limits.rooms
    rooms.roomsPerMember = configuration.server.limits.roomsPerClient
    service = RoomService(rooms)
    for request in Self.requests { server.on(request) { [self] in received($0) } }
    server.on("iceServers") { [self] in giveICEServers($0) }
    server.onConnection { [self] in sockets[$0.id] = $0 }
    server.onDisconnect { [self] socket, _ in
      sockets[socket.id] = nil
      // At the end all are gone at once: a `bye` would end pictures that go on without this server.
      guard server.core.withValue({ !$0.isStopping }) else { return }
      var actions: [RoomAction] = []
      service.disconnected(socket.id, now: server.core.withValue(\.now), into: &actions)
      perform(actions, of: socket)
    }
  }

  var roomCount: Int { service.roomCount }
  var memberCount: Int { service.memberCount }

  private func received(_ event: SocketIOServerEvent) {
    guard let request = RoomRequest(event: event.name, event.arguments) else {
      return event.acknowledge(["ok": false, "reason": .string(RoomRefusal.request.rawValue)])
    }
    var actions: [RoomAction] = []
    let time = (Date().timeIntervalSince1970 * 1000).rounded()
    let now = server.core.withValue(\.now)
    let answer = service.received(request, from: event.socket.id, time: time, now: now, into: &actions)
    perform(actions, of: event.socket)
    event.acknowledge(answer)
    if let reason = answer["reason"]?.string.flatMap(RoomRefusal.init) {
      server.core.withValue { $0.refusedRequest(reason, of: event.socket) }
    }
  }

  private func perform(_ actions: [RoomAction], of socket: SocketIOSocket) {
    for action in actions {
      switch action {
      case .emit(.joined(let room, let id, var info), let member):
        for (key, value) in iceServers(for: id) { info?[key] = value }
        let event = RoomEvent.joined(room: room, id: id, info: info)
        sockets[member]?.emit(event.event, event.arguments)
      case .emit(let event, let member): sockets[member]?.emit(event.event, event.arguments)
      case .deliver(let event, let members):
        socket.some(members.compactMap { sockets[$0] }).emit(event.event, event.arguments)
      case .broadcast(let event, let room, let excluded):
        var audience = socket.everyone(in: room.description)
        if let excluded = excluded.flatMap({ sockets[$0] }) { audience = audience.except(excluded) }
        audience.emit(event.event, event.arguments)
      case .entered(let room, let member): sockets[member]?.join(room.description)
      case .left(let room, let member): sockets[member]?.leave(room.description)
      }
    }
  }

  private func iceServers(for member: String) -> [(String, JSONValue)] {
    guard let turn else { return [] }
    let servers = turn.iceServers(for: member, time: Int(Date().timeIntervalSince1970))
    return [("iceServers", servers), ("ttl", .number(Double(turn.lifetime)))]
  }

  /// Fresh credentials, for one who is in the room.
  private func giveICEServers(_ event: SocketIOServerEvent) {
    let id = event.socket.id
    guard let room = event.arguments.first?.string.flatMap({ RoomName($0) }),
      service.isMember(id, of: room)
    else { return event.acknowledge(["ok": false, "reason": .string(RoomRefusal.room.rawValue)]) }
    event.acknowledge(.object(JSONObject([("ok", true), ("iceServers", [])] + iceServers(for: id))))
  }
}
