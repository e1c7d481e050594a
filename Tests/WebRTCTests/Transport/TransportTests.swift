import Harness
import Media
import Testing

@testable import WebRTC

@Suite(.serialized)
struct TransportTests {
  @Test(arguments: [true, false])
  func `two transports connect, whichever of them is the DTLS client, and carry RTP and RTCP both ways`(
    firstIsServer: Bool
  ) async throws {
    let pair = try TransportPair()
    await pair.connect(firstRole: firstIsServer ? .server : .client)
    try await pair.waitUntilConnected()
    await pair.with { first, second in
      #expect(first.sendRTP(rtpPacket(sequenceNumber: 1)))
      #expect(second.sendRTP(rtpPacket(sequenceNumber: 7)))
      #expect(first.sendRTCP(receiverReport()))
      #expect(second.sendRTCP(receiverReport()))
    }
    try await pair.wait(for: "the packets") { first, second in
      first.packets.count == 1 && second.packets.count == 1 && first.reports.count == 1 && second.reports.count == 1
    }
    await pair.with { first, second in
      #expect(second.packets == [rtpPacket(sequenceNumber: 1)])
      #expect(first.packets == [rtpPacket(sequenceNumber: 7)])
      #expect(first.reports == [receiverReport()])
      #expect(first.dtlsStates == [.connecting, .connected])
    }
    await pair.close()
  }
}
