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

  /// Whether the server waits to be answered.
  public var wantsAcknowledgement: Bool { id != nil }

  /// Answers, once, now or later and from wherever; nothing when the server does not wait for it, or the connection that
  /// the event came by is gone.
  public func acknowledge(_ arguments: JSONValue...) { acknowledge(arguments) }

  public func acknowledge(_ arguments: [JSONValue]) {
    if let id { reply(id, arguments) }
  }
}
