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

  @Test(arguments: [1, 100, 300])
  func `viewers at 1.5 Mbit/s, thirty frames and four reports a second each`(viewers: Int) async throws {
    let memory = try Holdings.now().memory
    let senders = try TransportFarm(thread: .shared)
    let receivers = try TransportFarm(thread: RTCThread(name: "receivers"))
    for _ in 0..<viewers {
      let offer = try await senders.add(isControlling: true)
      let answer = try await receivers.add(isControlling: false)
      await receivers.connect(to: offer, role: .client)
      await senders.connect(to: answer, role: .server)
    }
    while await senders.writable < viewers { try await Task.sleep(for: .milliseconds(20)) }
    print("\(viewers) viewers: \((try Holdings.now().memory - memory) / viewers / 2) kB each")
    await senders.send(packets: 5, perSecond: 31)
    await receivers.report(perSecond: 4)
    try await Task.sleep(for: .seconds(1))
    let before = await (senders.cpu, receivers.cpu, senders.counters, receivers.counters)
    try await Task.sleep(for: .seconds(5))
    let after = await (senders.cpu, receivers.cpu, senders.counters, receivers.counters)
    print(
      """
      \(viewers) viewers: sending \((after.0 - before.0) / 5) core, receiving \((after.1 - before.1) / 5) core, \
      \((after.2.packetsSent - before.2.packetsSent) / 5) packets/s sent, \
      \(after.2.packetsDiscardedOnSend) discarded, \((after.3.packetsReceived - before.3.packetsReceived) / 5) received, \
      \((after.2.packetsReceived - before.2.packetsReceived) / 5) reports/s
      """)
    await senders.close()
    await receivers.close()
  }
}
