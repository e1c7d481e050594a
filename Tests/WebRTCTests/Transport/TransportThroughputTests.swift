import Foundation
import Harness
import Media
import RTCProtocol
import Testing

@testable import WebRTC

/// How long a packet takes. For looking at, in a release build, with `ORIEL_MEASURE=1`.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["ORIEL_MEASURE"] != nil))
struct TransportThroughputTests {
  @Test(arguments: [1, 6, 32, 64])
  func `protecting and sending packets`(packetsPerBatch: Int) async throws {
    let pair = try TransportPair()
    await pair.connect()
    try await pair.waitUntilConnected()
    let microseconds = await pair.with { first, _ in
      let batch = RTPPacketBatch(capacity: 64)
      var number = UInt16(0)
      let packet = rtpPacket(sequenceNumber: 0, payload: 1172)
      let total = 200_000
      let begin = MediaTime.now
      for _ in 0..<(total / packetsPerBatch) {
        for _ in 0..<packetsPerBatch {
          batch.add(packet, isRTCP: false)
          batch.packet(batch.count - 1)[2] = UInt8(number >> 8)
          batch.packet(batch.count - 1)[3] = UInt8(number & 255)
          number &+= 1
        }
        first.transport.send(batch, packets: 0..<packetsPerBatch)
        batch.removeAll()
      }
      let elapsed = (MediaTime.now - begin).seconds
      print(
        "sent \(first.transport.counters.packetsSent), discarded \(first.transport.counters.packetsDiscardedOnSend)")
      return elapsed * 1e6 / Double(total)
    }
    print("\(packetsPerBatch) a batch: \(microseconds) µs a packet")
    await pair.close()
  }
}
