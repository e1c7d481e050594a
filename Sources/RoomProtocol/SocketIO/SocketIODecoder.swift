/// Reads packets from Engine.IO messages, and collects their attachments.
package struct SocketIODecoder: Sendable {
  /// A packet that lacks attachments.
  private struct Incomplete: Sendable {
    var packet: SocketIOPacket
    var missing: Int
    var attachments: [[UInt8]] = []
    var bytes = 0
  }

  private let version: SocketIOVersion
  private let limits: SocketIOLimits
  private var incomplete: Incomplete?

  package init(_ version: SocketIOVersion, limits: SocketIOLimits = SocketIOLimits()) {
    self.version = version
    self.limits = limits
  }

  /// Reads the next message.
  /// - Returns: the packet that the message completes; nil while attachments are missing.
  /// - Throws: if the message is invalid. Close the connection then: later messages cannot be decoded.
  package mutating func decode(_ message: EngineIOMessage) throws(SocketIOError) -> SocketIOPacket? {
    switch message {
    case .text(let text):
      guard incomplete == nil else { throw .missingBinary }
      let (packet, attachments) = try SocketIOPacket.read(text, version, limits)
      guard let attachments, attachments > 0 else { return packet }
      incomplete = Incomplete(packet: packet, missing: attachments)
      return nil
    case .binary(let bytes):
      guard incomplete != nil else { throw .unexpectedBinary }
      return try attach(bytes)
    }
  }

  private mutating func attach(_ bytes: ArraySlice<UInt8>) throws(SocketIOError) -> SocketIOPacket? {
    incomplete!.bytes += bytes.count
    guard incomplete!.bytes <= limits.attachmentBytes else { throw .tooLarge }
    incomplete!.attachments.append(Array(bytes))
    incomplete!.missing -= 1
    guard let complete = incomplete, complete.missing == 0 else { return nil }
    incomplete = nil
    var attachments: [[UInt8]?] = complete.attachments
    var packet = complete.packet
    packet.data = try packet.data.map { value throws(SocketIOError) in try value.filled(with: &attachments) }
    return packet
  }
}

extension JSONValue {
  /// The value with attachments in place of their placeholders. Each attachment is used once: repeated ones would let a
  /// small packet become a large one when it is forwarded.
  fileprivate func filled(with attachments: inout [[UInt8]?]) throws(SocketIOError) -> JSONValue {
    switch self {
    case .array(let elements):
      var filled: [JSONValue] = []
      filled.reserveCapacity(elements.count)
      for element in elements { filled.append(try element.filled(with: &attachments)) }
      return .array(filled)
    case .object(var object):
      if object["_placeholder"] == true {
        guard let number = object["num"]?.int, attachments.indices.contains(number),
          let bytes = attachments[number].take()
        else { throw .invalidPayload }
        return .binary(bytes)
      }
      try object.mapValues { value throws(SocketIOError) in try value.filled(with: &attachments) }
      return .object(object)
    case .null, .bool, .number, .string, .binary: return self
    }
  }
}

/// Limits for what the other side sends, and for what is pending.
public struct SocketIOLimits: Sendable {
  public var json: JSONLimits
  /// The most attachments of one packet, and their total bytes.
  public var attachments: Int
  public var attachmentBytes: Int
  /// The most bytes of a namespace's name.
  public var namespaceBytes: Int
  /// The most namespaces that one client is in or has asked for.
  public var namespaces: Int
  /// The most acknowledgements pending at a time.
  public var acknowledgements: Int
  /// How long a client may be connected without a namespace.
  public var connectTimeout: Duration

  public init(
    json: JSONLimits = JSONLimits(), attachments: Int = 64, attachmentBytes: Int = 4_000_000,
    namespaceBytes: Int = 256, namespaces: Int = 16, acknowledgements: Int = 1000,
    connectTimeout: Duration = .seconds(45)
  ) {
    self.json = json
    self.attachments = attachments
    self.attachmentBytes = attachmentBytes
    self.namespaceBytes = namespaceBytes
    self.namespaces = namespaces
    self.acknowledgements = acknowledgements
    self.connectTimeout = connectTimeout
  }
}

/// Why a message is not valid Socket.IO, or not allowed in this state.
package enum SocketIOError: Error, Sendable, Equatable {
  case unknownPacketType
  case invalidNamespace
  case invalidID
  case invalidAttachmentCount
  case invalidPayload
  case json(JSONError)
  /// An attachment without a packet that needs one.
  case unexpectedBinary
  /// Text where an attachment should have come.
  case missingBinary
  /// More than `SocketIOLimits` allow.
  case tooLarge
  /// Joining a namespace took too long.
  case connectTimeout
  /// The server's version of Socket.IO does not match its version of Engine.IO.
  case otherVersion
}
