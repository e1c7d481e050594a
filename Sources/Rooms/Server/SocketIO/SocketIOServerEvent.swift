public import RoomProtocol

/// An event that a client emitted.
public struct SocketIOServerEvent: Sendable {
  public let socket: SocketIOSocket
  public let name: String
  public let arguments: [JSONValue]
  private let id: UInt64?

  init(_ event: SocketIOEvent, _ socket: SocketIOSocket) {
    self.socket = socket
    name = event.name
    arguments = event.arguments
    id = event.id
  }

  /// Whether the client expects an acknowledgement.
  public var wantsAcknowledgement: Bool { id != nil }

  /// Sends the acknowledgement: once, at any time, from any thread. Does nothing when the client does not expect one.
  public func acknowledge(_ arguments: JSONValue...) { acknowledge(arguments) }

  public func acknowledge(_ arguments: [JSONValue]) {
    if let id { socket.acknowledge(id, arguments) }
  }
}
