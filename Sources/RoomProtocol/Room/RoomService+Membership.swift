extension RoomService {
  /// - Parameter time: milliseconds since 1970.
  mutating func join(
    _ name: String, _ join: RoomJoin, _ id: String, time: Double, now: MonotonicTime, into actions: inout [RoomAction]
  ) throws(RoomRefusal) {
    guard let room = RoomName(name) else { throw .name }
    guard configuration.names?.contains(room) ?? true else { throw .closed }
    let keyed = join.token.flatMap { configuration.grants?($0) }
    let ownsToken = configuration.publisherToken?.matches(join.token) ?? false
    var join = join
    if let keyed {
      guard keyed.grant.allows(join.role, in: room, at: time / 1000) else { throw .token }
      join.name = keyed.grant.name ?? join.name
    } else {
      try admit(join, ownsToken: ownsToken)
    }
    let present = rooms[room]?.members[id]?.member
    let isNew = present == nil
    if let present {
      // The token was checked for the role in this join, which must be the member's present role.
      guard present.role == join.role else { throw .role }
      if let name = keyed?.grant.name { rename(present, to: name, in: room, into: &actions) }
    } else {
      let mayPresent = ownsToken || keyed?.grant.role == .publisher
      try enter(room, join, id, ownsToken: mayPresent, now: now, into: &actions)
    }
    rooms[room]?.members[id]?.grant = keyed.map { keyed in
      let left = min(max(Double(keyed.grant.expires) - time / 1000, 0), 1e9)
      return AppliedGrant(until: now + .seconds(left), key: keyed.key, setsName: keyed.grant.name != nil)
    }
    greet(id, in: room, isNew: isNew, into: &actions)
  }

  /// Changes a member's name and sends it to everybody. Ignores an invalid or unchanged name.
  mutating func rename(_ member: RoomMember, to name: String, in room: RoomName, into actions: inout [RoomAction]) {
    guard let name = cleaned(name), name != member.name else { return }
    let renamed = RoomMember(id: member.id, role: member.role, name: name)
    rooms[room]?.members[member.id]?.member = renamed
    actions.append(.broadcast(.member(room: room.description, renamed), room: room, except: nil))
  }

  /// Checks whether the token allows the role.
  private func admit(_ join: RoomJoin, ownsToken: Bool) throws(RoomRefusal) {
    guard !ownsToken else { return }
    let asksForGrant = configuration.grants != nil
    if join.role == .publisher, configuration.publisherToken != nil || asksForGrant { throw .token }
    guard configuration.token?.matches(join.token) ?? !asksForGrant else { throw .token }
  }

  private mutating func enter(
    _ name: RoomName, _ join: RoomJoin, _ id: String, ownsToken: Bool, now: MonotonicTime,
    into actions: inout [RoomAction]
  ) throws(RoomRefusal) {
    let room = rooms[name]
    let former = room?.members.values.first { $0.session != nil && $0.session == join.session }?.member.id
    let others = room?.members.values.map(\.member).filter { $0.id != former } ?? []
    let hasPublisher = others.contains { $0.role == .publisher }
    let isPublisher = join.role == .publisher
    let isHolder = isHolder(join, of: name, now: now)
    if isPublisher, !ownsToken, !isHolder {
      guard !hasPublisher, !isSeatKept(in: name, now: now) else { throw .publisher }
    }
    guard room?.isLocked != true || former != nil || isHolder || isPublisher && ownsToken else { throw .locked }
    guard hasPlace(for: join.role, among: others, hasPublisher: hasPublisher) else { throw .full }
    // A tenth is reserved for publishers, so that other clients cannot use up all rooms.
    let places = isPublisher ? configuration.rooms : configuration.rooms - configuration.rooms / 10
    guard room != nil || rooms.count < places,
      (roomsOfMember[id]?.count ?? 0) < configuration.roomsPerMember
    else { throw .rooms }
    // Removing the last member deletes the room: keep its state for when the former membership was the only one.
    let isLocked = room?.isLocked ?? false
    let arrival = room?.arrivals ?? 0
    let chat = room?.chat ?? RoomChatLog()
    if let former { remove(former, from: name, .replaced, into: &actions) }
    let memberName = cleaned(join.name) ?? (isPublisher ? nil : "Guest \(arrival + 1)")
    let member = RoomMember(id: id, role: join.role, name: memberName)
    let membership = Membership(member: member, session: join.session, arrival: arrival)
    if rooms[name] == nil {
      rooms[name] = Room(isLocked: isLocked, chat: chat)
      chatBytes += chat.bytes
    }
    rooms[name]?.members[id] = membership
    rooms[name]?.arrivals = arrival + 1
    if membership.isReferencePage { rooms[name]?.referencePages += 1 }
    roomsOfMember[id, default: []].append(name)
    keepSeat(for: join, in: name)
    actions.append(.entered(name, member: id))
  }

  /// Whether the room has a free place for the role. One place is reserved for a publisher, unless all are reference pages,
  /// which do not have that role.
  private func hasPlace(for role: RoomRole, among others: [RoomMember], hasPublisher: Bool) -> Bool {
    if hasPublisher { return others.count < configuration.capacity }
    if role == .publisher { return true }
    let areAlike = role == .member && others.allSatisfy { $0.role == .member }
    return others.count < (areAlike ? configuration.capacity : max(configuration.capacity - 1, 1))
  }

  /// Sends a member the room's state and the other members, and announces a new member to them.
  private func greet(_ id: String, in name: RoomName, isNew: Bool, into actions: inout [RoomAction]) {
    guard let room = rooms[name], let membership = room.members[id] else { return }
    let member = membership.member
    var info = member.info
    info["locked"] = .bool(room.isLocked)
    actions.append(.emit(.joined(room: name.description, id: id, info: info), to: id))
    sendHistory(to: membership, in: name, into: &actions)
    let others = members(of: name).filter { $0.id != id }
    actions.append(.emit(.members(room: name.description, others), to: id))
    if isNew, !others.isEmpty { announce(member, in: name, into: &actions) }
  }

  /// Removes a member that did not leave by itself.
  /// - Parameter reason: nil if the publisher removed it.
  mutating func remove(
    _ id: String, from room: RoomName, _ reason: RoomRemoval? = nil, into actions: inout [RoomAction]
  ) {
    actions.append(.emit(.removed(room: room.description, id: id, reason), to: id))
    endMembership(of: id, in: room, into: &actions)
    actions.append(.emit(.leaved(room: room.description, id: id), to: id))
  }

  /// Removes a member, if it is in the room, and announces that to the others.
  /// - Parameter lostAt: when its connection was lost; nil if it left or was removed.
  mutating func endMembership(
    of id: String, in name: RoomName, lostAt: MonotonicTime? = nil, into actions: inout [RoomAction]
  ) {
    guard let membership = rooms[name]?.members.removeValue(forKey: id) else { return }
    let wasPresenter = wasPresenter(membership, of: name)
    releaseSeat(of: membership, in: name, lostAt: lostAt)
    if membership.isReferencePage { rooms[name]?.referencePages -= 1 }
    if let room = rooms[name], room.members.isEmpty {
      chatBytes -= room.chat.bytes
      rooms[name] = nil
    }
    roomsOfMember[id]?.removeAll { $0 == name }
    if roomsOfMember[id]?.isEmpty == true { roomsOfMember[id] = nil }
    actions.append(.left(name, member: id))
    if rooms[name] != nil { announceDeparture(of: id, wasPresenter: wasPresenter, in: name, into: &actions) }
  }

  /// A name without characters that would disturb the text around it, cut to `nameBytes`; nil if it is then blank.
  func cleaned(_ name: String?) -> String? {
    guard let name else { return nil }
    var cleaned = String.UnicodeScalarView()
    var bytes = 0
    for scalar in name.unicodeScalars where !scalar.isDisturbing {
      bytes += UTF8.width(scalar)
      guard bytes <= configuration.nameBytes else { break }
      cleaned.append(scalar)
    }
    return cleaned.allSatisfy(\.properties.isWhitespace) ? nil : String(cleaned)
  }
}

extension Unicode.Scalar {
  /// Whether it is a control or formatting character, such as one that changes the direction of text; not U+200D, which
  /// joins emoji.
  fileprivate var isDisturbing: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    case .format: value != 0x200D
    default: false
    }
  }
}
