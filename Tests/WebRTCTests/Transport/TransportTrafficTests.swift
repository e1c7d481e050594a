import Media
import Testing

@testable import WebRTC

struct TransportTrafficTests {
  @Test func `refused packets are counted by their reason`() {
    var traffic = TransportTraffic()
    for refusal in [SRTPRefusal.replayed, .notAuthentic, .malformed, .tooManyStreams] {
      traffic.received(bytes: 100)
      traffic.refused(refusal)
    }
    traffic.received(bytes: 1)
    traffic.ignored()
    let counters = traffic.counters
    #expect(counters.packetsReceived == 5 && counters.bytesReceived == 401)
    #expect(counters.replayed == 1 && counters.notAuthentic == 1 && counters.ignored == 3)
    #expect(traffic.lastReceived == nil)
  }

  @Test func `a selected pair's counters begin at its selection`() {
    var traffic = TransportTraffic()
    traffic.sent(packets: 2, bytes: 300, now: .seconds(1))
    traffic.selectedPairChanged()
    traffic.sent(packets: 1, bytes: 50, now: .seconds(2))
    traffic.discarded(packets: 4)
    #expect(traffic.selectedPairChanges == 1 && traffic.lastSent == .seconds(2))
    #expect(
      traffic.countersAtSelection.packetsSent == 2 && traffic.countersAtSelection.bytesSent == 300)
    #expect(traffic.counters.packetsSent == 3 && traffic.counters.bytesSent == 350)
    #expect(traffic.counters.packetsDiscardedOnSend == 4)
  }
}
