extension RoomService {
  /// Limits for a message's data that is JSON in a string: as large as for the message itself.
  private static let textLimits = JSONLimits(depth: 32, values: 20_000)

  /// Forwards a message. The server sets `from`, in place of what the client may have set.
  ///
  /// Some reference pages send their data as JSON in a string, and expect it so. Such data is handled as the object it
  /// contains: reference pages get it as a string, other members as an object.
  func forward(
    _ data: JSONValue, from member: String, in room: RoomName, into actions: inout [RoomAction]
  ) throws(RoomRefusal) {
    switch data {
    case .object(let object): try forward(object, isText: false, from: member, in: room, into: &actions)
    case .string(let text) where text.utf8.first(where: { !$0.isJSONSpace }) == UInt8(ascii: "{"):
      // A receiver's parser may accept what this one rejects, and find a forged `from` in it.
      guard case .object(let object)? = try? JSONValue(parsing: text, limits: Self.textLimits) else { throw .request }
      try forward(object, isText: true, from: member, in: room, into: &actions)
    case .null, .bool, .number, .string, .array, .binary:
      let event = RoomEvent.message(room: room.description, data: data)
      let receivers = rooms[room].flatMap { messageReceivers(of: member, in: $0) }
      actions.append(
        receivers.map { RoomAction.deliver(event, to: $0) } ?? .broadcast(event, room: room, except: member))
    }
  }

  private func forward(
    _ object: JSONObject, isText: Bool, from member: String, in name: RoomName, into actions: inout [RoomAction]
  ) throws(RoomRefusal) {
    guard let room = rooms[name] else { return }
    var object = object
    object["from"] = .string(member)
    func message(asText: Bool) -> RoomEvent {
      let data = JSONValue.object(object)
      return .message(
        room: name.description, data: asText ? .string(String(decoding: data.text, as: UTF8.self)) : data)
    }
    if let to = object["to"], !to.isNull {
      guard let id = to.string, let receiver = room.members[id] else { throw .member }
      guard mayReceive(receiver, from: member, in: room) else { throw .role }
      actions.append(.emit(message(asText: isText && receiver.isReferencePage), to: id))
      return
    }
    let receivers = messageReceivers(of: member, in: room)
    guard isText else {
      let event = message(asText: false)
      actions.append(
        receivers.map { RoomAction.deliver(event, to: $0) } ?? .broadcast(event, room: name, except: member))
      return
    }
    let all = room.members.values.filter { $0.member.id != member }
    let receiving = receivers.map { receivers in all.filter { receivers.contains($0.member.id) } } ?? all
    for asText in [true, false] {
      let some = receiving.filter { $0.isReferencePage == asText }.sorted { $0.arrival < $1.arrival }.map(\.member.id)
      if !some.isEmpty { actions.append(.deliver(message(asText: asText), to: some)) }
    }
  }
}

extension UInt8 {
  /// Source: RFC 8259 §2.
  fileprivate var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
