internal import Media

/// Notices that a peer which used to send has stopped, long before its consent runs out: whoever gets media reports on it every
/// second or so, and three reports do not get lost by chance.
///
/// Says nothing of a peer that is sent nothing, as such a peer has nothing to report.
struct PeerSilence {
  private static let shortest = MediaTime.seconds(3)
  private static let longest = MediaTime.seconds(8)
  private static let sendingPause = MediaTime.seconds(1)

  private var lastReceived: MediaTime?
  private var lastSent: MediaTime?
  private var longestGap = MediaTime.zero

  mutating func sent(now: MediaTime) { lastSent = now }

  mutating func received(now: MediaTime) {
    if let lastReceived { longestGap = max(longestGap, now - lastReceived) }
    lastReceived = now
  }

  /// When to look next whether the peer is silent; nil before it has sent anything.
  var deadline: MediaTime? { lastReceived.map { $0 + patience } }

  func isSilent(now: MediaTime) -> Bool {
    guard let lastReceived, let lastSent else { return false }
    return now - lastReceived >= patience && now - lastSent <= Self.sendingPause
  }

  /// Twice the longest pause so far, within limits: some peers report every few seconds only.
  private var patience: MediaTime { min(Self.longest, max(Self.shortest, longestGap + longestGap)) }
}
