/// Whose the presenter's place in a room is: a session's that presented there and did not leave.
struct RoomSeat: Sendable {
  /// For this long after its holder was lost a seat is kept.
  static let grace = Duration.seconds(600)

  let session: String
  /// When it is free again; nil while its holder is in the room.
  var until: MonotonicTime?

  func isKept(now: MonotonicTime) -> Bool { until.map { now < $0 } ?? true }
}

extension RoomService {
  /// Whether this is the session that presented in a room, and comes back in time.
  func isHolder(_ join: RoomJoin, of room: RoomName, now: MonotonicTime) -> Bool {
    guard join.role == .publisher, let session = join.session, let seat = seats[room] else { return false }
    return seat.session == session && seat.isKept(now: now)
  }

  /// Whether the presenter's place is somebody's who may come back to it.
  func isSeatKept(in room: RoomName, now: MonotonicTime) -> Bool { seats[room]?.isKept(now: now) ?? false }

  /// A publisher is in. Where publishers have a token or grants all who have one may present, and no place is one's alone.
  mutating func seat(_ join: RoomJoin, in room: RoomName) {
    guard join.role == .publisher, configuration.publisherToken == nil, configuration.grants == nil else { return }
    seats[room] = join.session.map { RoomSeat(session: $0) }
  }

  /// A publisher is gone: with a word of its own, or lost and expected back.
  mutating func unseat(_ membership: Membership, in room: RoomName, lostAt now: MonotonicTime?) {
    guard membership.member.role == .publisher, let seat = seats[room], seat.session == membership.session
    else { return }
    guard let now else {
      seats[room] = nil
      return
    }
    seats[room]?.until = now + RoomSeat.grace
    // Rooms that nobody is in are remembered for their seats: no more of them than there may be rooms.
    guard seats.count > configuration.rooms else { return }
    seats = seats.filter { $0.value.isKept(now: now) }
    while seats.count > configuration.rooms,
      let first = seats.min(by: { ($0.value.until ?? .max) < ($1.value.until ?? .max) })
    {
      seats[first.key] = nil
    }
  }
}
