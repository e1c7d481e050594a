internal import Media

/// Notices that a peer which used to report all the time has stopped, long before its consent runs out: three reports in a row
/// do not get lost by chance.
///
/// RTP asks nobody to report more often than every five seconds, or at all where its session has no room for it; so silence
/// means something only of a peer that has kept another rhythm. Of all others STUN consent says whether they are there. Says
/// nothing either of a peer that is sent nothing, as such a peer has nothing to report.
struct PeerSilence {
  /// The longest time between two reports by the rules: 1.5 × 5 s / (e − 1.5). Source: RFC 3550 §6.3.1.
  private static let longestInterval = MediaTime.seconds(6.2)
  /// The shortest one is 2.05 s, but for the first; browsers report every second, give or take a half, or far more often.
  private static let steadyGap = MediaTime.seconds(2)
  private static let patience = MediaTime.seconds(3)
  private static let sendingPause = MediaTime.seconds(1)

  private var lastReceived: MediaTime?
  private var lastSent: MediaTime?
  /// Since when there has been no pause that is as long as between reports by the rules.
  private var steadySince: MediaTime?

  mutating func sent(now: MediaTime) { lastSent = now }

  mutating func received(now: MediaTime) {
    if lastReceived.map({ now - $0 > Self.steadyGap }) ?? true { steadySince = now }
    lastReceived = now
  }

  /// When to look next, at the earliest; nil before the peer has sent anything.
  var deadline: MediaTime? { lastReceived.map { $0 + Self.patience } }

  func isSilent(now: MediaTime) -> Bool { isSteady && hasHeardNothing(for: Self.patience, now: now) }

  /// Whether STUN consent is to be strict, as it is the one to say whether a peer is there from which nothing has come for as
  /// long as two reports by the rules may take.
  func isInDoubt(now: MediaTime) -> Bool {
    hasHeardNothing(for: Self.longestInterval + Self.longestInterval, now: now)
  }

  private var isSteady: Bool {
    guard let lastReceived, let steadySince else { return false }
    return lastReceived - steadySince >= Self.longestInterval
  }

  private func hasHeardNothing(for time: MediaTime, now: MediaTime) -> Bool {
    guard let lastReceived, let lastSent else { return false }
    return now - lastReceived >= time && now - lastSent <= Self.sendingPause
  }
}
