import Media
import Testing

@testable import WebRTC

/// Liveness in virtual time: nothing is awaited in a test, so its timers, whose times are long past, do not fire.
@NetworkThreadActor private final class WatchedPeer {
  let liveness = PeerLiveness(thread: .shared)
  var changes: [PeerLiveness.Change] = []

  init() { liveness.onChange = { [unowned self] change in changes.append(change) } }

  func received(at seconds: Double) { liveness.received(now: .seconds(seconds)) }

  /// Sends the peer a packet, and checks whether it is silent.
  func check(at seconds: Double) {
    liveness.sent(now: .seconds(seconds))
    liveness.check(now: .seconds(seconds))
  }
}

struct PeerLivenessTests {
  @NetworkThreadActor @Test
  func `a peer whose steady reports stop is silent, and returns with its next packet`() {
    let peer = WatchedPeer()
    for second in 0...10 { peer.received(at: Double(second)) }
    peer.check(at: 12.9)
    #expect(peer.changes == [])
    peer.check(at: 13)
    #expect(peer.changes == [.silent])
    peer.received(at: 13.5)
    peer.received(at: 14)
    #expect(peer.changes == [.silent, .returned])
    peer.liveness.stop()
  }

  @NetworkThreadActor @Test
  func `a peer that has sent one packet is unknown after two longest report intervals`() {
    let peer = WatchedPeer()
    peer.received(at: 0)
    peer.check(at: 12.3)
    #expect(peer.changes == [])
    peer.check(at: 12.5)
    #expect(peer.changes == [.unknown])
    peer.liveness.stop()
  }

  @NetworkThreadActor @Test func `before the first packet and after stop nothing is reported`() {
    let peer = WatchedPeer()
    peer.check(at: 100)
    for second in 0...10 { peer.received(at: 100 + Double(second)) }
    peer.liveness.stop()
    peer.check(at: 120)
    #expect(peer.changes == [])
  }
}
