/// The rooms and who is in them. It does no I/O: requests go in, actions come out.
///
/// The reference protocol's events come in its order. Members are known by the id that Socket.IO's driver gave them.
public struct RoomService: Sendable {
  struct Room: Sendable {
    var members: [String: Membership] = [:]
    var isLocked = false
    /// How many of them are pages of the reference protocol.
    var referencePages = 0
    /// Counts who joined, so that members are told in that order.
    var arrivals = 0
    /// What was said last, for those who come later.
    var chat = RoomChatLog()
  }

  struct Membership: Sendable {
    var member: RoomMember
    let session: String?
    let arrival: Int
    /// By a grant.
    var leave: Leave?

    /// Whether this is a page of the reference protocol, which says nothing of itself. It knows one peer, and cannot tell who
    /// something is from.
    var isReferencePage: Bool { member.role == .member && session == nil }
  }

  /// What a grant gives to a member.
  struct Leave: Sendable {
    let until: MonotonicTime
    /// The key that it was made with.
    let key: Int
    /// Whether it says what the member is called.
    let isNamed: Bool
  }

  public let configuration: RoomConfiguration
  var rooms: [RoomName: Room] = [:]
  var roomsOfMember: [String: [RoomName]] = [:]
  /// The presenters' places, also of rooms that nobody is in.
  var seats: [RoomName: RoomSeat] = [:]
  /// What the chat of all rooms takes that is kept for those who come later.
  public internal(set) var chatBytes = 0

  public init(_ configuration: RoomConfiguration = RoomConfiguration()) { self.configuration = configuration }

  /// The number of rooms that somebody is in.
  public var roomCount: Int { rooms.count }

  /// The number of clients that are in a room.
  public var memberCount: Int { roomsOfMember.count }

  /// The members of a room, in the order they came.
  public func members(of room: RoomName) -> [RoomMember] {
    rooms[room].map { $0.members.values.sorted { $0.arrival < $1.arrival }.map(\.member) } ?? []
  }

  /// A member of a room; nil for one who is not in it.
  public func member(_ id: String, of room: RoomName) -> RoomMember? { rooms[room]?.members[id]?.member }

  public func isMember(_ member: String, of room: RoomName) -> Bool { rooms[room]?.members[member] != nil }

  /// The publisher who is in a room longest; nil while nobody presents there.
  public func presenter(of room: RoomName) -> String? { rooms[room]?.presenter?.member.id }

  /// Whether a client presents, or is in a room where somebody does.
  public func isWithPresenter(_ member: String) -> Bool {
    roomsOfMember[member]?.contains { presenter(of: $0) != nil } ?? false
  }

  /// Does what a client asks for.
  /// - Parameters:
  ///   - request: what is asked.
  ///   - member: the id of the client that asks.
  ///   - time: milliseconds since 1970, for the chat.
  ///   - now: the moment, for what is kept for a while.
  ///   - actions: what to do now is appended.
  /// - Returns: what to acknowledge with, where the client wants that.
  public mutating func received(
    _ request: RoomRequest, from member: String, time: Double, now: MonotonicTime, into actions: inout [RoomAction]
  ) -> JSONValue {
    do throws(RoomRefusal) {
      try perform(request, for: member, time: time, now: now, into: &actions)
      return ["ok": true]
    } catch {
      return ["ok": false, "reason": .string(error.rawValue)]
    }
  }

  /// A client is gone without having left its rooms. A presenter's place is kept for its session, ten minutes long.
  public mutating func disconnected(_ member: String, now: MonotonicTime, into actions: inout [RoomAction]) {
    for room in roomsOfMember[member] ?? [] { take(member, outOf: room, lostAt: now, into: &actions) }
  }

  private mutating func perform(
    _ request: RoomRequest, for member: String, time: Double, now: MonotonicTime, into actions: inout [RoomAction]
  ) throws(RoomRefusal) {
    switch request {
    case .join(let name, let join):
      do throws(RoomRefusal) {
        try self.join(name, join ?? RoomJoin(), member, time: time, now: now, into: &actions)
      } catch {
        refuse(error, of: name, to: member, isReferencePage: join?.saysNothing ?? true, into: &actions)
        throw error
      }
    case .leave(let name):
      if let room = RoomName(name) { take(member, outOf: room, into: &actions) }
      actions.append(.emit(.leaved(room: name, id: member), to: member))
    case .message(let name, let data):
      let (room, _) = try room(name, of: member)
      try pass(data, from: member, in: room, into: &actions)
    case .chat(let name, let text):
      let (room, membership) = try room(name, of: member)
      guard (1...configuration.chatBytes).contains(text.utf8.count) else { throw .length }
      say(text, from: membership.member, in: room, time: time, into: &actions)
    case .clear(let name): clearChat(of: try room(name, publishedBy: member), into: &actions)
    case .name(let name, let text):
      let (room, membership) = try room(name, of: member)
      guard membership.leave?.isNamed != true else { throw .role }
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

  /// Does not let a client in. Pages of the reference protocol take every `full` for what it says, and what is no room's name is
  /// none for good.
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
