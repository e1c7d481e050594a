/// Reference pages have one peer, and attribute every message to it. While their room has a presenter, that is their peer:
/// they get no events about other members and no messages from them. Without one they are served as by the reference server.
extension RoomService.Room {
  /// The peer of reference pages: the publisher that joined first.
  var presenter: RoomService.Membership? {
    members.values.lazy.filter { $0.member.role == .publisher }.min { $0.arrival < $1.arrival }
  }

  /// The reference pages, or the other members, in the order they joined; without `id`.
  fileprivate func members(areReferencePages: Bool, except id: String) -> [String] {
    members.values.filter { $0.isReferencePage == areReferencePages && $0.member.id != id }
      .sorted { $0.arrival < $1.arrival }.map(\.member.id)
  }
}

extension RoomService {
  /// The receivers of a member's messages that name no receiver; nil for all others.
  func messageReceivers(of member: String, in room: Room) -> [String]? {
    guard room.referencePages > 0, let presenter = room.presenter?.member.id, presenter != member else { return nil }
    if room.members[member]?.isReferencePage == true { return [presenter] }
    return room.members(areReferencePages: false, except: member)
  }

  /// Whether a member receives messages that another addresses to it.
  func mayReceive(_ receiver: Membership, from sender: String, in room: Room) -> Bool {
    guard receiver.isReferencePage, let presenter = room.presenter else { return true }
    return presenter.member.id == sender
  }

  /// Announces a new member to the others.
  func announce(_ member: RoomMember, in name: RoomName, into actions: inout [RoomAction]) {
    guard let room = rooms[name] else { return }
    let event = RoomEvent.otherjoin(room: name.description, member)
    guard room.referencePages > 0, let presenter = room.presenter?.member.id else {
      actions.append(.broadcast(event, room: name, except: member.id))
      return
    }
    guard presenter == member.id else {
      deliver(event, to: room.members(areReferencePages: false, except: member.id), into: &actions)
      return
    }
    // At `bye` each page closes the connection to an earlier peer; at `otherjoin` it sends the presenter an offer.
    for page in room.members(areReferencePages: true, except: member.id) {
      let peers = room.members.values.lazy.filter { $0.member.role != .publisher && $0.member.id != page }
      guard let peer = peers.min(by: { $0.arrival < $1.arrival }) else { continue }
      actions.append(.emit(.bye(room: name.description, id: peer.member.id), to: page))
    }
    actions.append(.broadcast(event, room: name, except: member.id))
  }

  func wasPresenter(_ membership: Membership, of name: RoomName) -> Bool {
    guard membership.member.role == .publisher, let room = rooms[name] else { return false }
    return room.presenter.map { membership.arrival < $0.arrival } ?? true
  }

  /// Announces to the others that a member is gone.
  func announceDeparture(of id: String, wasPresenter: Bool, in name: RoomName, into actions: inout [RoomAction]) {
    guard let room = rooms[name] else { return }
    let event = RoomEvent.bye(room: name.description, id: id)
    let presenter = room.referencePages > 0 ? room.presenter : nil
    guard presenter == nil || wasPresenter else {
      return deliver(event, to: room.members(areReferencePages: false, except: id), into: &actions)
    }
    actions.append(.broadcast(event, room: name, except: nil))
    // The next publisher is the presenter now.
    guard let presenter else { return }
    deliver(
      .otherjoin(room: name.description, presenter.member), to: room.members(areReferencePages: true, except: id),
      into: &actions)
  }

  private func deliver(_ event: RoomEvent, to members: [String], into actions: inout [RoomAction]) {
    if !members.isEmpty { actions.append(.deliver(event, to: members)) }
  }
}
