/// A Socket.IO namespace: its sockets, rooms and handlers. Lives on the server's event loop.
final class Namespace {
  static let main = "/"

  let name: String
  var handlers: [String: @Sendable (SocketIOServerEvent) -> Void] = [:]
  var connectionHandler: (@Sendable (SocketIOSocket) -> Void)?
  var disconnectionHandler: (@Sendable (SocketIOSocket, SocketIODisconnectReason) -> Void)?
  var sockets: [String: SocketIOSocket] = [:]
  private(set) var rooms: [String: Set<SocketIOSocket>] = [:]

  init(_ name: String) { self.name = name }

  func add(_ socket: SocketIOSocket, to room: String) { rooms[room, default: []].insert(socket) }

  func remove(_ socket: SocketIOSocket, from room: String) {
    rooms[room]?.remove(socket)
    if rooms[room]?.isEmpty == true { rooms[room] = nil }
  }
}
