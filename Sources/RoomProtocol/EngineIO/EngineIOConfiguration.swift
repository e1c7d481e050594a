/// The time limits and sizes of a server's sessions.
package struct EngineIOConfiguration: Sendable {
  /// From one ping to the next. Sent to the client, which pings in version 3.
  package var pingInterval: Duration
  /// How long the other side may take to answer a ping.
  package var pingTimeout: Duration
  /// How long a WebSocket may take from its opening to the end of the upgrade.
  package var upgradeTimeout: Duration
  /// How long a closing session waits for a poll to answer with `close`.
  package var closeTimeout: Duration
  /// The most bytes in one received message or polling body.
  package var maxPayload: Int
  /// The most packets in one received polling body.
  package var maxPackets: Int
  /// The most packets in one sent polling body: python-socketio accepts no more.
  package var packetsPerAnswer: Int
  /// The most bytes and packets queued for a polling client; with more the session ends as `tooSlow`.
  package var maxQueuedBytes: Int
  package var maxQueuedPackets: Int
  /// Whether polling clients are offered a WebSocket.
  package var offersUpgrade: Bool

  /// Socket.IO's defaults.
  package init(
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
