/// One packet of Socket.IO, with its attachments as values.
public struct SocketIOPacket: Sendable, Equatable {
  /// The packet type; the raw value is the digit the packet begins with. An event or acknowledgement with `binary` values
  /// has another digit on the wire.
  public enum Kind: UInt8, Sendable, CaseIterable {
    case connect, disconnect, event, acknowledgement, connectError
  }

  public var kind: Kind
  /// `/` or `/name`. A v4 client's `connect` may append a query.
  public var namespace: String
  /// The number by which an event asks for its acknowledgement, or which an acknowledgement answers.
  public var id: UInt64?
  /// An event's name and arguments, or an acknowledgement's arguments, as an array; the data of other packets.
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

  /// The packet as Engine.IO messages: one of text, and one for each attachment. They are the same in both protocol
  /// versions, so that a packet for many clients is encoded once.
  public var frames: [EngineIOFrame] {
    let attachments = data?.attachmentCount ?? 0
    var text: [UInt8] = []
    text.reserveCapacity(256)
    text.append(EngineIOPacket.Kind.message.digit)
    if attachments == 0 {
      text.append(UInt8(ascii: "0") + kind.rawValue)
    } else {
      text.append(kind == .acknowledgement ? UInt8(ascii: "6") : UInt8(ascii: "5"))
      text.append(contentsOf: String(attachments).utf8)
      text.append(UInt8(ascii: "-"))
    }
    if namespace != "/" {
      text.append(contentsOf: namespace.utf8)
      text.append(UInt8(ascii: ","))
    }
    if let id { text.append(contentsOf: String(id).utf8) }
    guard let data else { return [.text(text)] }
    var writer = JSONWriter(after: text)
    writer.write(data)
    return [.text(writer.text)] + writer.attachments.map { .binary($0) }
  }
}

extension JSONValue {
  /// The number of `binary` values, each of which becomes an attachment.
  fileprivate var attachmentCount: Int {
    switch self {
    case .binary: 1
    case .array(let elements): elements.reduce(0) { $0 + $1.attachmentCount }
    case .object(let object): object.members.reduce(0) { $0 + $1.value.attachmentCount }
    case .null, .bool, .number, .string: 0
    }
  }
}
