public import RoomProtocol

/// An event that the server emitted.
public struct SocketIOReceivedEvent: Sendable {
  public let name: String
  public let arguments: [JSONValue]
  private let id: UInt64?
  private let reply: @Sendable (UInt64, [JSONValue]) -> Void

  init(_ event: SocketIOEvent, reply: @escaping @Sendable (UInt64, [JSONValue]) -> Void) {
    name = event.name
    arguments = event.arguments
    id = event.id
    self.reply = reply
  }

  /// Whether the server expects an acknowledgement.
  public var wantsAcknowledgement: Bool { id != nil }

  /// Sends the acknowledgement: once, at any time, from any thread. Does nothing when the server does not expect one, or
  /// when the event's connection is gone.
  public func acknowledge(_ arguments: JSONValue...) { acknowledge(arguments) }

  public func acknowledge(_ arguments: [JSONValue]) {
    if let id { reply(id, arguments) }
  }
}
