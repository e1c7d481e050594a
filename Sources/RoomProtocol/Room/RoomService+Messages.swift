extension RoomService {
  /// What is read of a text that a message's data is: as much as of a message itself.
  private static let textLimits = JSONLimits(depth: 32, values: 20_000)

  /// Passes a message on. Who it is from, the server says: what the client said of that is gone.
  ///
  /// Some pages of the reference protocol send their data as JSON in a text, and read it so. Such a text is an object like any
  /// other: it goes as a text to those pages alone, and as the object that it is to members who said who they are.
  func pass(
    _ data: JSONValue, from member: String, in room: RoomName, into actions: inout [RoomAction]
  ) throws(RoomRefusal) {
    switch data {
    case .object(let object): try pass(object, isText: false, from: member, in: room, into: &actions)
    case .string(let text) where text.utf8.first(where: { !$0.isJSONSpace }) == UInt8(ascii: "{"):
      // What is not read here, somebody else may read, and find a sender in it who is none.
      guard case .object(let object)? = try? JSONValue(parsing: text, limits: Self.textLimits) else { throw .request }
      try pass(object, isText: true, from: member, in: room, into: &actions)
    case .null, .bool, .number, .string, .array, .binary:
      actions.append(.broadcast(.message(room: room.description, data: data), room: room, except: member))
    }
  }

  private func pass(
    _ object: JSONObject, isText: Bool, from member: String, in name: RoomName, into actions: inout [RoomAction]
  ) throws(RoomRefusal) {
    guard let room = rooms[name] else { return }
    var object = object
    object["from"] = .string(member)
    func event(asText: Bool) -> RoomEvent {
      let data = JSONValue.object(object)
      return .message(
        room: name.description, data: asText ? .string(String(decoding: data.text, as: UTF8.self)) : data)
    }
    if let to = object["to"], !to.isNull {
      guard let id = to.string, let receiver = room.members[id] else { throw .member }
      actions.append(.emit(event(asText: isText && receiver.isReferencePage), to: id))
    } else if isText {
      let others = room.members.values.filter { $0.member.id != member }.sorted { $0.arrival < $1.arrival }
      for asText in [true, false] {
        let receivers = others.filter { $0.isReferencePage == asText }.map(\.member.id)
        if !receivers.isEmpty { actions.append(.deliver(event(asText: asText), to: receivers)) }
      }
    } else {
      actions.append(.broadcast(event(asText: false), room: name, except: member))
    }
  }
}

extension UInt8 {
  /// Source: RFC 8259 §2.
  fileprivate var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
