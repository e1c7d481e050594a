internal import Media

/// Watches whether a transport's peer goes on sending: drives `PeerSilence` by a timer, and reports what it finds.
///
/// On the `NetworkThread` only. To be ended by `stop`.
final class PeerLiveness {
  enum Change: Equatable {
    /// A peer that reported steadily has stopped.
    case silent
    /// A silent peer has sent a packet.
    case returned
    /// Nothing has arrived for so long that only STUN consent can show whether the peer is still there.
    case unknown
  }

  /// Called within `received` and `check`.
  var onChange: ((Change) -> Void)?
  private let thread: NetworkThread
  private var silence = PeerSilence()
  private var isSilent = false
  /// Nil before the first packet, and while the peer is silent.
  private var timer: NetworkTimer?

  init(thread: NetworkThread) { self.thread = thread }

  /// A packet was sent to the peer.
  func sent(now: MediaTime) { silence.sent(now: now) }

  /// An authentic packet has arrived.
  func received(now: MediaTime) {
    silence.received(now: now)
    if isSilent {
      isSilent = false
      onChange?(.returned)
    }
    guard timer == nil else { return }
    let timer = NetworkTimer(thread: thread) { [weak self] now in self?.check(now: now) }
    timer.deadline = silence.deadline
    self.timer = timer
  }

  /// Checks whether the peer is silent. The timer is moved on when it fires, not with every packet.
  func check(now: MediaTime) {
    guard let deadline = silence.deadline else { return }
    if silence.isSilent(now: now) {
      isSilent = true
      stopTimer()
      onChange?(.silent)
    } else {
      if silence.needsStrictConsent(now: now) { onChange?(.unknown) }
      timer?.deadline = max(deadline, now + .seconds(1))
    }
  }

  func stop() {
    stopTimer()
    onChange = nil
  }

  private func stopTimer() {
    timer?.deadline = nil
    timer = nil
  }
}
