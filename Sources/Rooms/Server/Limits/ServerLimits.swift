/// What clients may cost a server, together, per address and per connection. An address is one IPv4 address or a /64 of
/// IPv6; all of a /24 of IPv4, and of a /48 of IPv6, may have four times the connections and requests of one, and of a /56 twice.
/// What is over a limit is refused, slowed down or cut off, with the reason in the log.
public struct ServerLimits: Sendable {
  /// Connections, and sessions of those who poll.
  public var connections = 10_000
  public var connectionsPerAddress = 500
  /// How long a client may take until it is in a room, and a `RoomServer`'s until somebody presents there, once nine tenths of the
  /// connections are taken: others are closed then, so that who comes to present or to watch has a place.
  public var arrivalTimeout = Duration.seconds(10)
  /// New connections of one address.
  public var connectionRate = Allowance(perSecond: 50, burst: 1000)
  /// HTTP requests of one address.
  public var requests = Allowance(perSecond: 400, burst: 4000)
  /// Rooms with someone in them, and those that one client may be in.
  public var rooms = 10_000
  public var roomsPerClient = 16
  /// Bytes of one message or request.
  public var messageBytes = 256_000
  /// The same, of a client that is in no room yet; nil for as many. A `RoomServer` takes 16,384 for nil: to join needs no more.
  public var messageBytesOutsideRooms: Int?
  /// Bytes that have come in of messages and requests that are not whole, of all clients together; beyond that those of whom most is
  /// here are cut off.
  public var allReceivedBytes = 64_000_000
  /// Until a message must be whole, from its first byte.
  public var messageTimeout = Duration.seconds(10)
  /// Bytes that wait to be sent to one client, who is cut off beyond them.
  public var pendingBytes = 2_000_000
  /// Bytes that wait for all of them together; beyond that those who let most wait are cut off.
  public var allPendingBytes = 256_000_000
  /// What one client may send. Four times as much is what all of one address may.
  public var messages = Allowance(perSecond: 200, burst: 2000)
  public var bytes = Allowance(perSecond: 1_000_000, burst: 4_000_000)
  /// How many a client's messages may reach: one message to a room of 100 counts 100.
  public var deliveries = Allowance(perSecond: 10_000, burst: 20_000)
  /// Wrong tokens of one address: so many a second are forgotten; beyond `burst` each costs a connection.
  public var wrongTokens = Allowance(perSecond: 0.2, burst: 10)
  /// How late the first wrong token of an address is answered: each further one twice as late, up to the longest.
  public var wrongTokenDelay = Duration.milliseconds(100)
  public var longestWrongTokenDelay = Duration.seconds(10)
  /// TURN credentials that members at one address are told.
  public var credentials = Allowance(perSecond: 1, burst: 300)
  /// Bytes of a request's head.
  public var headBytes = 16_384
  /// Until a request's head must be there, from the connection or its first byte.
  public var headTimeout = Duration.seconds(10)
  /// Until its body must be.
  public var bodyTimeout = Duration.seconds(30)
  /// Until the client must have taken an answer.
  public var answerTimeout = Duration.seconds(30)
  /// How long a connection may wait for the next request.
  public var idleTimeout = Duration.seconds(75)

  public init() {}

  /// Bytes of one message or request of a client that is in no room.
  var firstMessageBytes: Int { min(messageBytesOutsideRooms ?? messageBytes, messageBytes) }
}
