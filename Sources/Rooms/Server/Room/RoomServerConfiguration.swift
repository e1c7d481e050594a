public import RoomProtocol

/// The configuration of a `RoomServer` and of its rooms.
public struct RoomServerConfiguration: Sendable {
  public var server = SocketIOServerConfiguration()
  public var rooms = RoomConfiguration()
  /// The TURN server for members who cannot reach the presenter directly. Members get credentials only while there is a presenter.
  public var turn: TURNServer?
  /// The keys for grants; nil for no grants. With keys, nobody can join without a grant or a token.
  public var grantKeys: GrantKeys?
  /// The token required to read `/metrics`; without one, only this machine may.
  public var metricsToken: Secret?

  public init() {}
}
