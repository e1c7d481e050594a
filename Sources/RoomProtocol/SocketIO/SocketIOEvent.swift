/// An event that the other side emitted.
public struct SocketIOEvent: Sendable, Equatable {
  public let namespace: String
  public let name: String
  public let arguments: [JSONValue]
  /// The number to acknowledge it with; nil if the other side wants no acknowledgement.
  public let id: UInt64?

  public init(namespace: String = "/", name: String, arguments: [JSONValue], id: UInt64? = nil) {
    self.namespace = namespace
    self.name = name
    self.arguments = arguments
    self.id = id
  }
}
