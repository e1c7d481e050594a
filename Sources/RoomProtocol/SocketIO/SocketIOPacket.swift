/// One packet of Socket.IO, with its attachments in their places.
public struct SocketIOPacket: Sendable, Equatable {
  /// What a packet is; the raw value is the digit it begins with. An event or acknowledgement with `binary` values in it
  /// has another digit on the wire.
  public enum Kind: UInt8, Sendable, CaseIterable {
    case connect, disconnect, event, acknowledgement, connectError
  }

  public var kind: Kind
  /// `/` or `/name`. A v4 client's `connect` may carry a query behind it.
  public var namespace: String
  /// The number by which an event asks for its acknowledgement, or which an acknowledgement answers.
  public var id: UInt64?
  /// An event's name and arguments or an acknowledgement's arguments, as an array; what else a packet says.
  public var data: JSONValue?

  public init(_ kind: Kind, namespace: String = "/", id: UInt64? = nil, data: JSONValue? = nil) {
    self.kind = kind
    self.namespace = namespace
    self.id = id
    self.data = data
  }

  /// An event.
  public init(event: String, _ arguments: [JSONValue], namespace: String = "/", id: UInt64? = nil) {
    self.init(.event, namespace: namespace, id: id, data: .array([.string(event)] + arguments))
  }

  /// The packet as Engine.IO's messages: one of text, and one for each attachment. Both protocol versions share them, so
  /// that what goes to many is encoded once.
  public var frames: [EngineIOFrame] {
    var body = JSONWriter()
    if let data { body.write(data) }
    var text: [UInt8] = []
    text.reserveCapacity(body.text.count + namespace.utf8.count + 24)
    text.append(EngineIOPacket.Kind.message.digit)
    let attachments = body.attachments
    if attachments.isEmpty {
      text.append(UInt8(ascii: "0") + kind.rawValue)
    } else {
      text.append(UInt8(ascii: kind == .acknowledgement ? "6" : "5"))
      text.append(contentsOf: String(attachments.count).utf8)
      text.append(UInt8(ascii: "-"))
    }
    if namespace != "/" {
      text.append(contentsOf: namespace.utf8)
      text.append(UInt8(ascii: ","))
    }
    if let id { text.append(contentsOf: String(id).utf8) }
    text.append(contentsOf: body.text)
    return [.text(text)] + attachments.map { .binary($0) }
  }
}
