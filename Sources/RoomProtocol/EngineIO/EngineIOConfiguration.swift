/// What a server's sessions hold to.
public struct EngineIOConfiguration: Sendable {
  /// From one ping to the next; told to the client, who sends them in version 3.
  public var pingInterval: Duration
  /// How long the other side may take to answer one.
  public var pingTimeout: Duration
  /// How long a WebSocket may take from its opening to the end of the upgrade.
  public var upgradeTimeout: Duration
  /// How long a closing session waits to tell a client that polls.
  public var closeTimeout: Duration
  /// Bytes in one message or one polling body, in either direction of what is received.
  public var maxPayload: Int
  /// Packets in one polling body that is received.
  public var maxPackets: Int
  /// Packets in one polling body that is sent: python-socketio takes no more.
  public var packetsPerAnswer: Int
  /// Bytes and packets that wait for a client that polls; with more it is too slow, and cut off.
  public var maxQueuedBytes: Int
  public var maxQueuedPackets: Int
  /// Whether a client that polls is offered a WebSocket.
  public var offersUpgrade: Bool

  /// Socket.IO's defaults.
  public init(
    pingInterval: Duration = .seconds(25), pingTimeout: Duration = .seconds(20),
    upgradeTimeout: Duration = .seconds(10), closeTimeout: Duration = .seconds(10), maxPayload: Int = 1_000_000,
    maxPackets: Int = 10_000, packetsPerAnswer: Int = 16, maxQueuedBytes: Int = 4_000_000,
    maxQueuedPackets: Int = 10_000,
    offersUpgrade: Bool = true
  ) {
    self.pingInterval = pingInterval
    self.pingTimeout = pingTimeout
    self.upgradeTimeout = upgradeTimeout
    self.closeTimeout = closeTimeout
    self.maxPayload = maxPayload
    self.maxPackets = maxPackets
    self.packetsPerAnswer = packetsPerAnswer
    self.maxQueuedBytes = maxQueuedBytes
    self.maxQueuedPackets = maxQueuedPackets
    self.offersUpgrade = offersUpgrade
  }
}
