/// What the room service holds to.
public struct RoomConfiguration: Sendable {
  /// Members of one room: by default a publisher and a hundred viewers. One place is a publisher's, which viewers leave free.
  public var capacity: Int
  /// The rooms that there may be; nil for any.
  public var names: Set<RoomName>?
  /// What every member has to know; nil lets in who knows the room's name.
  public var token: Secret?
  /// What a publisher has to know instead; all who know it may share at once. Without it there is one publisher to
  /// a room, whose place is kept for its session for ten minutes after it was lost.
  public var publisherToken: Secret?
  /// Reads a token that is a grant; nil for another. Where there are grants, nobody gets in without one or one of the tokens above.
  public var grants: (@Sendable (_ token: String) -> KeyedGrant?)?
  /// Rooms that somebody is in; the last tenth of them is opened by publishers alone.
  public var rooms: Int
  /// Rooms that one client may be in.
  public var roomsPerMember: Int
  /// Bytes of one chat line, and of a name; a longer name is cut.
  public var chatBytes: Int
  public var nameBytes: Int
  /// Bytes of a room's last chat lines that who comes later is told, and of all rooms' together; 0 for none.
  public var chatHistoryBytes: Int
  public var allChatHistoryBytes: Int

  public init(
    capacity: Int = 101, names: Set<RoomName>? = nil, token: Secret? = nil, publisherToken: Secret? = nil,
    rooms: Int = 10_000, roomsPerMember: Int = 8, chatBytes: Int = 4000, nameBytes: Int = 128,
    chatHistoryBytes: Int = 32_768, allChatHistoryBytes: Int = 33_554_432
  ) {
    self.capacity = capacity
    self.names = names
    self.token = token
    self.publisherToken = publisherToken
    self.rooms = rooms
    self.roomsPerMember = roomsPerMember
    self.chatBytes = chatBytes
    self.nameBytes = nameBytes
    self.chatHistoryBytes = chatHistoryBytes
    self.allChatHistoryBytes = allChatHistoryBytes
  }
}
