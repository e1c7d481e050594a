/// The publisher's place in a room, kept for a session that published there and did not leave.
struct RoomSeat: Sendable {
  /// How long a seat is kept after its holder's connection was lost.
  static let grace = Duration.seconds(600)

  let session: String
  /// When it becomes free; nil while its holder is in the room.
  var until: MonotonicTime?

  func isKept(now: MonotonicTime) -> Bool { until.map { now < $0 } ?? true }
}

extension RoomService {
  /// Whether a join is by the session that holds the room's seat, within the time it is kept.
  func isHolder(_ join: RoomJoin, of room: RoomName, now: MonotonicTime) -> Bool {
    guard join.role == .publisher, let session = join.session, let seat = seats[room] else { return false }
    return seat.session == session && seat.isKept(now: now)
  }

  /// Whether the room's seat is kept for a session.
  func isSeatKept(in room: RoomName, now: MonotonicTime) -> Bool { seats[room]?.isKept(now: now) ?? false }

  /// Keeps the seat for a publisher that has joined. Not if publishers need a token or a grant: then several may share.
  mutating func keepSeat(for join: RoomJoin, in room: RoomName) {
    guard join.role == .publisher, configuration.publisherToken == nil, configuration.grants == nil else { return }
    seats[room] = join.session.map { RoomSeat(session: $0) }
  }

  /// Frees the seat of a publisher that left, or keeps it for a while if its connection was lost.
  mutating func releaseSeat(of membership: Membership, in room: RoomName, lostAt now: MonotonicTime?) {
    guard membership.member.role == .publisher, let seat = seats[room], seat.session == membership.session
    else { return }
    guard let now else {
      seats[room] = nil
      return
    }
    seats[room]?.until = now + RoomSeat.grace
    // Empty rooms have seats, too: limit them to the number of rooms.
    guard seats.count > configuration.rooms else { return }
    seats = seats.filter { $0.value.isKept(now: now) }
    while seats.count > configuration.rooms,
      let first = seats.min(by: { ($0.value.until ?? .max) < ($1.value.until ?? .max) })
    {
      seats[first.key] = nil
    }
  }
}
