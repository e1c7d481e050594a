/// The limits and secrets of the room service.
public struct RoomConfiguration: Sendable {
  /// The most members of one room: by default a publisher and a hundred viewers. One place is reserved for a publisher.
  public var capacity: Int
  /// The only rooms allowed; nil for any.
  public var names: Set<RoomName>?
  /// The token that every member needs; nil if the room's name is enough.
  public var token: Secret?
  /// The token that a publisher needs instead; everybody who has it may share at the same time. Without it a room has one
  /// publisher, and its place is kept for its session for ten minutes after its connection was lost.
  public var publisherToken: Secret?
  /// Reads a grant from a token; nil for any other token. If this is set, every member needs a grant or a token above.
  public var grants: (@Sendable (_ token: String) -> KeyedGrant?)?
  /// The most rooms with members; only publishers can open the last tenth.
  public var rooms: Int
  /// The most rooms that one client may be in.
  public var roomsPerMember: Int
  /// The most bytes of a chat line, and of a name; a longer name in `join` is cut.
  public var chatBytes: Int
  public var nameBytes: Int
  /// The most bytes of chat history that are kept for one room, and for all rooms together; 0 for none.
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
