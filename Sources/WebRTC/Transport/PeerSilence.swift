internal import Media

/// Detects that a peer which sent RTCP reports steadily has stopped, long before its STUN consent expires: it is unlikely that
/// three reports in a row get lost.
///
/// RTP requires reports only every five seconds, or none where the session has no bandwidth for them. So silence means
/// something only for a peer that reported more often. For all other peers STUN consent decides. A peer that is sent nothing
/// counts as present too, since it has nothing to report.
struct PeerSilence {
  /// The longest interval between two reports by the RFC: 1.5 × 5 s / (e − 1.5). Source: RFC 3550 §6.3.1.
  private static let longestInterval = MediaTime.seconds(6.2)
  /// The RFC's shortest interval is 2.05 s, except for the first; browsers report every second ± 0.5 s, or far more often.
  private static let steadyGap = MediaTime.seconds(2)
  private static let silenceTimeout = MediaTime.seconds(3)
  private static let sendingPause = MediaTime.seconds(1)

  private var lastReceived: MediaTime?
  private var lastSent: MediaTime?
  /// Since when no pause was longer than `steadyGap`.
  private var steadySince: MediaTime?

  mutating func sent(now: MediaTime) { lastSent = now }

  mutating func received(now: MediaTime) {
    if lastReceived.map({ now - $0 > Self.steadyGap }) ?? true { steadySince = now }
    lastReceived = now
  }

  /// The earliest time for the next check; nil before the peer has sent anything.
  var deadline: MediaTime? { lastReceived.map { $0 + Self.silenceTimeout } }

  func isSilent(now: MediaTime) -> Bool { isSteady && hasReceivedNothing(for: Self.silenceTimeout, now: now) }

  /// Whether STUN consent is to be strict: nothing has arrived for as long as two reports by the RFC may take, so only consent
  /// can show whether the peer is still there.
  func needsStrictConsent(now: MediaTime) -> Bool {
    hasReceivedNothing(for: Self.longestInterval + Self.longestInterval, now: now)
  }

  private var isSteady: Bool {
    guard let lastReceived, let steadySince else { return false }
    return lastReceived - steadySince >= Self.longestInterval
  }

  private func hasReceivedNothing(for time: MediaTime, now: MediaTime) -> Bool {
    guard let lastReceived, let lastSent else { return false }
    return now - lastReceived >= time && now - lastSent <= Self.sendingPause
  }
}
