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
