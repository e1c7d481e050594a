/// Limits for clients: in total, per address and per connection. An address is one IPv4 address or a /64 of IPv6; a /24 of IPv4 or
/// a /48 of IPv6 may have four times the connections and requests of one address, a /56 twice. Beyond a limit, clients are
/// refused, slowed down or disconnected, with the reason in the log.
public struct ServerLimits: Sendable {
  /// The limit of connections, and separately of sessions (polling clients have no permanent connection).
  public var connections = 10_000
  public var connectionsPerAddress = 500
  /// Once nine tenths of the connections are in use: how long a client may be connected without being in a room (at a
  /// `RoomServer`: in a room with a presenter). It is then disconnected, so that presenters and viewers can connect.
  public var arrivalTimeout = Duration.seconds(10)
  /// New connections of one address.
  public var connectionRate = Allowance(perSecond: 50, burst: 1000)
  /// HTTP requests of one address.
  public var requests = Allowance(perSecond: 400, burst: 4000)
  /// Rooms with members.
  public var rooms = 10_000
  /// Rooms that one client may be in.
  public var roomsPerClient = 16
  /// Bytes of one message or request.
  public var messageBytes = 256_000
  /// The same for a client outside any room; nil for `messageBytes`. A `RoomServer` uses 16,384 for nil: joining needs no more.
  public var messageBytesOutsideRooms: Int?
  /// Bytes of incomplete messages and requests of all clients; beyond it, the clients with the most are disconnected.
  public var allReceivedBytes = 64_000_000
  /// Until a message must be complete, from its first byte.
  public var messageTimeout = Duration.seconds(10)
  /// Bytes waiting to be sent to one client; beyond it, the client is disconnected.
  public var pendingBytes = 2_000_000
  /// Bytes waiting to be sent to all clients; beyond it, the clients with the most are disconnected.
  public var allPendingBytes = 256_000_000
  /// What one client may send; all clients at one address may send four times as much.
  public var messages = Allowance(perSecond: 200, burst: 2000)
  public var bytes = Allowance(perSecond: 1_000_000, burst: 4_000_000)
  /// Deliveries of a client's messages: one message to a room of 100 counts 100.
  public var deliveries = Allowance(perSecond: 10_000, burst: 20_000)
  /// Wrong tokens of one address: the count decays by `perSecond`; beyond `burst`, each one closes its connection.
  public var wrongTokens = Allowance(perSecond: 0.2, burst: 10)
  /// The delay of the answer to an address's first wrong token; doubles with each further one, up to the longest.
  public var wrongTokenDelay = Duration.milliseconds(100)
  public var longestWrongTokenDelay = Duration.seconds(10)
  /// TURN credentials for members at one address.
  public var credentials = Allowance(perSecond: 1, burst: 300)
  /// Bytes of a request's head.
  public var headBytes = 16_384
  /// Until a request's head must be complete, from the connection or its first byte.
  public var headTimeout = Duration.seconds(10)
  /// Until its body must be complete.
  public var bodyTimeout = Duration.seconds(30)
  /// Until the client must have received a response.
  public var answerTimeout = Duration.seconds(30)
  /// How long a connection may wait for the next request.
  public var idleTimeout = Duration.seconds(75)

  public init() {}

  /// Bytes of one message or request of a client outside any room.
  var firstMessageBytes: Int { min(messageBytesOutsideRooms ?? messageBytes, messageBytes) }
}
