public import RoomProtocol

/// How a `RoomServer` listens, and what its rooms are like.
public struct RoomServerConfiguration: Sendable {
  public var server = SocketIOServerConfiguration()
  public var rooms = RoomConfiguration()
  /// What members of a room are told to reach its presenter by, where they cannot directly; nobody while there is none.
  public var turn: TURNServer?
  /// The keys of those who may let others into rooms; nil for none. Nobody gets in then without a grant or a token.
  public var grantKeys: GrantKeys?
  /// What has to be known to read `/metrics`; without it only this machine may.
  public var metricsToken: Secret?

  public init() {}
}
