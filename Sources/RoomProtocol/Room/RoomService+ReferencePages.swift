/// Pages of the reference protocol know one peer, and take what they hear for its word. While somebody presents in their room that
/// is the presenter: they are told of nobody else, and hear nobody else. Among themselves they are as at the reference server.
extension RoomService.Room {
  /// Whom pages of the reference protocol are bound to: the publisher who is here longest.
  var presenter: RoomService.Membership? {
    members.values.lazy.filter { $0.member.role == .publisher }.min { $0.arrival < $1.arrival }
  }

  /// The members but one, in the order they came, with pages of the reference protocol or these alone.
  fileprivate func members(areReferencePages: Bool, except id: String) -> [String] {
    members.values.filter { $0.isReferencePage == areReferencePages && $0.member.id != id }
      .sorted { $0.arrival < $1.arrival }.map(\.member.id)
  }
}

extension RoomService {
  /// Who hears what a member says to nobody in particular; nil for all others.
  func audience(of member: String, in room: Room) -> [String]? {
    guard room.referencePages > 0, let presenter = room.presenter?.member.id, presenter != member else { return nil }
    if room.members[member]?.isReferencePage == true { return [presenter] }
    return room.members(areReferencePages: false, except: member)
  }

  /// Whether a member hears what another says to it alone.
  func hears(_ receiver: Membership, _ sender: String, in room: Room) -> Bool {
    guard receiver.isReferencePage, let presenter = room.presenter else { return true }
    return presenter.member.id == sender
  }

  /// Tells the others of one who came.
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
    // Each of them gives up the peer that it may have, and then offers to the presenter.
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

  /// Tells those who stay that one is gone.
  func takeLeave(of id: String, wasPresenter: Bool, in name: RoomName, into actions: inout [RoomAction]) {
    guard let room = rooms[name] else { return }
    let event = RoomEvent.bye(room: name.description, id: id)
    let presenter = room.referencePages > 0 ? room.presenter : nil
    guard presenter == nil || wasPresenter else {
      return deliver(event, to: room.members(areReferencePages: false, except: id), into: &actions)
    }
    actions.append(.broadcast(event, room: name, except: nil))
    // Another who presents takes the place.
    guard let presenter else { return }
    deliver(
      .otherjoin(room: name.description, presenter.member), to: room.members(areReferencePages: true, except: id),
      into: &actions)
  }

  private func deliver(_ event: RoomEvent, to members: [String], into actions: inout [RoomAction]) {
    if !members.isEmpty { actions.append(.deliver(event, to: members)) }
  }
}
