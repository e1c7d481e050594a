/// One packet of Socket.IO, with its attachments as values.
package struct SocketIOPacket: Sendable, Equatable {
  /// The packet type; the raw value is the digit the packet begins with. An event or acknowledgement with `binary` values
  /// has another digit on the wire.
  package enum Kind: UInt8, Sendable, CaseIterable {
    case connect, disconnect, event, acknowledgement, connectError
  }

  package var kind: Kind
  /// `/` or `/name`. A v4 client's `connect` may append a query.
  package var namespace: String
  /// The number by which an event asks for its acknowledgement, or which an acknowledgement answers.
  package var id: UInt64?
  /// An event's name and arguments, or an acknowledgement's arguments, as an array; the data of other packets.
  package var data: JSONValue?

  package init(_ kind: Kind, namespace: String = "/", id: UInt64? = nil, data: JSONValue? = nil) {
    self.kind = kind
    self.namespace = namespace
    self.id = id
    self.data = data
  }

  /// An event.
  package init(event: String, _ arguments: [JSONValue], namespace: String = "/", id: UInt64? = nil) {
    self.init(.event, namespace: namespace, id: id, data: .array([.string(event)] + arguments))
  }

  /// The packet as Engine.IO messages: one of text, and one for each attachment. They are the same in both protocol
  /// versions, so that a packet for many clients is encoded once.
  package var frames: [EngineIOFrame] {
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

// MARK: Reading

extension SocketIOPacket {
  /// Reads a packet's text.
  /// - Returns: the packet and its number of attachments; nil for a packet that cannot have any.
  static func read(
    _ text: ArraySlice<UInt8>, _ version: SocketIOVersion, _ limits: SocketIOLimits
  ) throws(SocketIOError) -> (SocketIOPacket, attachments: Int?) {
    var rest = text
    guard let first = rest.popFirst() else { throw .unknownPacketType }
    let digit = first &- UInt8(ascii: "0")
    // 5 and 6 are an event and an acknowledgement with attachments.
    guard let kind = Kind(rawValue: digit == 5 || digit == 6 ? digit - 3 : digit) else { throw .unknownPacketType }
    var attachments: Int?
    if digit >= 5 {
      attachments = rest.popNumber(digits: 4).map(Int.init)
      guard let count = attachments, rest.popFirst() == UInt8(ascii: "-") else { throw .invalidAttachmentCount }
      guard count <= limits.attachments else { throw .tooLarge }
    }
    var packet = SocketIOPacket(kind)
    if rest.first == UInt8(ascii: "/") {
      let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
      guard end - rest.startIndex <= limits.namespaceBytes else { throw .invalidNamespace }
      packet.namespace = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[min(end + 1, rest.endIndex)...]
    }
    if let next = rest.first, next &- 48 < 10 {
      // A number too large for JavaScript could not be answered.
      guard let id = rest.popNumber(digits: 15) else { throw .invalidID }
      packet.id = id
    }
    if let next = rest.first {
      // JavaScript's parser reads white space as a number here.
      guard next > UInt8(ascii: " ") else { throw .invalidPayload }
      do { packet.data = try JSONValue(parsing: rest, limits: limits.json) } catch { throw .json(error) }
    }
    guard packet.isValid(version) else { throw .invalidPayload }
    return (packet, attachments)
  }

  /// Whether the packet has the data that its kind requires.
  private func isValid(_ version: SocketIOVersion) -> Bool {
    switch (kind, data) {
    case (.connect, nil), (.disconnect, nil): true
    case (.connect, .object), (.connect, .null): version == .v5
    case (.connectError, .string), (.connectError, .object): true
    case (.connectError, _): version == .v4
    case (.event, .array(let elements)): elements.first?.string != nil
    case (.acknowledgement, .array): id != nil
    default: false
    }
  }
}

extension ArraySlice<UInt8> {
  /// Removes and returns the decimal number at the start; nil if there is none, or if it has more digits.
  fileprivate mutating func popNumber(digits: Int) -> UInt64? {
    var number: UInt64 = 0
    var count = 0
    while let byte = first, byte &- 48 < 10 {
      guard count < digits else { return nil }
      number = number * 10 + UInt64(byte - 48)
      count += 1
      removeFirst()
    }
    return count > 0 ? number : nil
  }
}

/// The revision of the Socket.IO protocol, determined by the version of Engine.IO.
public enum SocketIOVersion: UInt8, Sendable {
  /// With Engine.IO 3: a client is in the namespace `/` as soon as it is connected.
  case v4 = 4
  /// With Engine.IO 4: a client asks to join every namespace.
  case v5 = 5

  public init(_ engine: EngineIOVersion) { self = engine == .v3 ? .v4 : .v5 }
}

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

  /// The event of a packet; nil if its data is not that of an event.
  init?(_ packet: SocketIOPacket) {
    guard case .array(let values) = packet.data, let name = values.first?.string else { return nil }
    self.init(namespace: packet.namespace, name: name, arguments: Array(values.dropFirst()), id: packet.id)
  }
}
