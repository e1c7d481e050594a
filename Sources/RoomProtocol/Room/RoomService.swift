/// The rooms and their members. It does no I/O: requests go in, actions come out.
///
/// Events of the reference protocol are sent in its order. A member's id is the one that Socket.IO's driver assigned. The
/// *presenter* of a room is the publisher that joined first; *reference pages* are pages of the reference protocol.
package struct RoomService: Sendable {
  struct Room: Sendable {
    var members: [String: Membership] = [:]
    var isLocked = false
    /// The number of members that are reference pages.
    var referencePages = 0
    /// Counts joins, so that members are listed in that order.
    var arrivals = 0
    /// The last lines, for members who join later.
    var chat = RoomChatLog()
  }

  struct Membership: Sendable {
    var member: RoomMember
    let session: String?
    let arrival: Int
    /// Nil if the member joined without a grant.
    var grant: AppliedGrant?

    /// Whether this is a reference page, which sends neither role nor session. It has one peer, and does not read `from`.
    var isReferencePage: Bool { member.role == .member && session == nil }
  }

  /// The grant that a member joined with.
  struct AppliedGrant: Sendable {
    let until: MonotonicTime
    /// The key that it was made with.
    let key: Int
    /// Whether it sets the member's name.
    let setsName: Bool
  }

  package let configuration: RoomConfiguration
  var rooms: [RoomName: Room] = [:]
  var roomsOfMember: [String: [RoomName]] = [:]
  /// The publishers' places, also in empty rooms.
  var seats: [RoomName: RoomSeat] = [:]
  /// The size of the chat history of all rooms.
  package internal(set) var chatBytes = 0

  package init(_ configuration: RoomConfiguration = RoomConfiguration()) { self.configuration = configuration }

  /// The number of rooms with members.
  package var roomCount: Int { rooms.count }

  /// The number of clients that are in a room.
  package var memberCount: Int { roomsOfMember.count }

  /// The members of a room, in the order they joined.
  package func members(of room: RoomName) -> [RoomMember] {
    rooms[room].map { $0.members.values.sorted { $0.arrival < $1.arrival }.map(\.member) } ?? []
  }

  /// A member of a room; nil if it is not in it.
  package func member(_ id: String, of room: RoomName) -> RoomMember? { rooms[room]?.members[id]?.member }

  package func isMember(_ member: String, of room: RoomName) -> Bool { rooms[room]?.members[member] != nil }

  /// The publisher that joined a room first; nil if there is none.
  package func presenter(of room: RoomName) -> String? { rooms[room]?.presenter?.member.id }

  /// Whether a client is in a room that has a presenter, possibly itself.
  package func isWithPresenter(_ member: String) -> Bool {
    roomsOfMember[member]?.contains { presenter(of: $0) != nil } ?? false
  }

  /// Performs a client's request.
  /// - Parameters:
  ///   - request: the request.
  ///   - member: the client's id.
  ///   - time: milliseconds since 1970, for the chat and grants.
  ///   - now: the time, for seats and grants.
  ///   - actions: what to do now is appended.
  /// - Returns: the acknowledgement, if the client wants one.
  package mutating func received(
    _ request: RoomRequest, from member: String, time: Double, now: MonotonicTime, into actions: inout [RoomAction]
  ) -> JSONValue {
    do throws(RoomRefusal) {
      try perform(request, for: member, time: time, now: now, into: &actions)
      return ["ok": true]
    } catch {
      return ["ok": false, "reason": .string(error.rawValue)]
    }
  }

  /// A client's connection was lost. A publisher's place is kept for its session for ten minutes.
  package mutating func disconnected(_ member: String, now: MonotonicTime, into actions: inout [RoomAction]) {
    for room in roomsOfMember[member] ?? [] { endMembership(of: member, in: room, lostAt: now, into: &actions) }
  }

  private mutating func perform(
    _ request: RoomRequest, for member: String, time: Double, now: MonotonicTime, into actions: inout [RoomAction]
  ) throws(RoomRefusal) {
    switch request {
    case .join(let name, let join):
      do throws(RoomRefusal) {
        try self.join(name, join ?? RoomJoin(), member, time: time, now: now, into: &actions)
      } catch {
        refuse(error, of: name, to: member, isReferencePage: join?.isReferencePage ?? true, into: &actions)
        throw error
      }
    case .leave(let name):
      if let room = RoomName(name) { endMembership(of: member, in: room, into: &actions) }
      actions.append(.emit(.leaved(room: name, id: member), to: member))
    case .message(let name, let data):
      let (room, _) = try room(name, of: member)
      try forward(data, from: member, in: room, into: &actions)
    case .chat(let name, let text):
      let (room, membership) = try room(name, of: member)
      guard (1...configuration.chatBytes).contains(text.utf8.count) else { throw .length }
      addChat(text, from: membership.member, in: room, time: time, into: &actions)
    case .clear(let name): clearChat(of: try room(name, publishedBy: member), into: &actions)
    case .name(let name, let text):
      let (room, membership) = try room(name, of: member)
      guard membership.grant?.setsName != true else { throw .role }
      guard text.utf8.count <= configuration.nameBytes, cleaned(text) != nil else { throw .length }
      rename(membership.member, to: text, in: room, into: &actions)
    case .remove(let name, let id):
      let room = try room(name, publishedBy: member)
      guard id != member, rooms[room]?.members[id] != nil else { throw .member }
      remove(id, from: room, into: &actions)
    case .lock(let name, let isLocked):
      let room = try room(name, publishedBy: member)
      guard rooms[room]?.isLocked != isLocked else { return }
      rooms[room]?.isLocked = isLocked
      actions.append(.broadcast(.locked(room: name, isLocked), room: room, except: nil))
    }
  }

  /// Refuses a join. Reference pages read every `full` as a full room, which may change; an invalid name does not.
  private func refuse(
    _ reason: RoomRefusal, of room: String, to member: String, isReferencePage: Bool, into actions: inout [RoomAction]
  ) {
    guard reason == .name, isReferencePage else {
      actions.append(.emit(.full(room: room, id: member, reason == .full ? nil : reason), to: member))
      return
    }
    actions.append(.emit(.refused(room: room, id: member, reason), to: member))
    actions.append(.emit(.leaved(room: room, id: member), to: member))
  }

  /// A room that the client is in.
  private func room(_ name: String, of member: String) throws(RoomRefusal) -> (RoomName, Membership) {
    guard let room = RoomName(name), let membership = rooms[room]?.members[member] else { throw .room }
    return (room, membership)
  }

  private func room(_ name: String, publishedBy member: String) throws(RoomRefusal) -> RoomName {
    let (room, membership) = try room(name, of: member)
    guard membership.member.role == .publisher else { throw .role }
    return room
  }
}

/// What the driver of the room service must do, in order.
package enum RoomAction: Sendable, Equatable {
  case emit(RoomEvent, to: String)
  /// Send an event, encoded once, to these members.
  case deliver(RoomEvent, to: [String])
  /// Send an event to everybody in a room except the member `except`.
  case broadcast(RoomEvent, room: RoomName, except: String?)
  /// From now on broadcasts to the room include this member.
  case entered(RoomName, member: String)
  /// From now on broadcasts to the room exclude this member.
  case left(RoomName, member: String)
}
