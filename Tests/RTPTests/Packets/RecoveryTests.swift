import Media
import TestSupport
import Testing

@testable import RTP

/// Two sessions over a lossy path: lost packets are retransmitted.
@Suite struct RecoveryTests {
  @Test func `over a path without loss every frame arrives in order and complete`() {
    let call = Call(PathConditions(), seed: 1)
    call.stream(for: .seconds(10)) { _, isKeyFrame in isKeyFrame ? 20_000 : 5000 }
    call.run(for: .seconds(1))
    #expect(call.allFramesArrived)
    #expect(call.sender.senderCounters(call.video)?.retransmittedPacketsSent == 0)
    #expect(call.receiver.receiverCounters(call.remoteVideo)?.nackCount == 0)
    #expect(call.receivedFrames.first?.frame.size == PixelSize(width: 1280, height: 720))
    #expect(call.keyFrameRequests.count == 0)
  }

  /// 2 % and 5 %, each with two seeds; with one of them the very first packet is lost.
  @Test(arguments: [(0.02, 1), (0.02, 2), (0.05, 3), (0.05, 4)] as [(Double, UInt64)])
  func `with lost, late and reordered packets every frame arrives in order and complete`(
    loss: Double, seed: UInt64
  ) throws {
    let conditions = PathConditions(
      delay: .milliseconds(30), jitter: .milliseconds(15), reorders: true, loss: loss, duplication: 0.01)
    let call = Call(conditions, seed: seed)
    call.stream(for: .seconds(20)) { number, isKeyFrame in isKeyFrame ? 60_000 : 4000 + number % 7 * 500 }
    call.run(for: .seconds(3))
    #expect(call.receivedFrames.count == call.sentFrames.count)
    #expect(call.allFramesArrived)
    #expect(call.keyFrameRequests.count == 0)
    let counters = try #require(call.sender.senderCounters(call.video))
    #expect(counters.retransmittedPacketsSent > 0)
    #expect(counters.retransmittedBytesSent * 100 < counters.bytesSent * UInt64(2 * 100 * loss + 2))
    // Frames took little more than two round trips at most, except for a few that were lost three times.
    let delays = zip(call.sentFrames, call.receivedFrames).map { ($1.at - $0.captured).seconds }.sorted()
    #expect(delays[delays.count * 99 / 100] < 0.35)
  }

  /// A frame waits a round trip for each loss of a packet, and a little longer if the NACK is lost, too.
  @Test(arguments: [(0.02, 500), (0.05, 1000)] as [(Double, Int64)], 1...3 as ClosedRange<UInt64>)
  func `the longest gap between frames is 500 ms at 2 % loss, 1000 ms at 5 %`(
    loss: (rate: Double, longest: Int64), seed: UInt64
  ) {
    let conditions = PathConditions(delay: .milliseconds(20), jitter: .milliseconds(15), loss: loss.rate)
    let call = Call(conditions, seed: seed)
    call.stream(for: .seconds(20)) { number, isKeyFrame in isKeyFrame ? 60_000 : 4000 + number % 7 * 500 }
    call.run(for: .seconds(3))
    #expect(call.forward.lost > 30)
    let times = call.receivedFrames.map(\.at)
    let longest = zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? .distantFuture
    #expect(longest <= .milliseconds(loss.longest), "\(longest.seconds) s")
  }

  @Test func `for half a minute after a loss each sound packet also carries the previous one`() {
    let call = Call(PathConditions(), seed: 9)
    var packets: [[UInt8]] = []
    call.filter = { bytes, isRTCP in
      guard !isRTCP else { return true }
      packets.append(bytes)
      return packets.count != 100
    }
    for _ in 0..<2000 {
      call.sendAudio()
      call.run(for: .milliseconds(20))
    }
    call.run(for: .seconds(1))
    let types = packets.map { $0[1] & 0x7F }
    let redundant = types.indices.filter { types[$0] == 63 }
    // Reports come once a second.
    #expect(redundant.first.map { 100..<250 ~= $0 } == true)
    #expect(redundant.last.map { 1500..<1750 ~= $0 } == true)
    #expect(redundant.count == (redundant.last ?? 0) - (redundant.first ?? 0) + 1)
    for index in redundant {
      // 960 ticks earlier, 80 bytes.
      let expected = bytes("EF 0F 00 50 6F") + TestFrames.opus(index - 1) + TestFrames.opus(index)
      #expect(Array(packets[index].suffix(expected.count)) == expected)
    }
    #expect(call.receivedAudio.map(\.frame.data) == (0..<2000).filter { $0 != 99 }.map { TestFrames.opus($0) })
  }

  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func `at 5 % loss 99 % of sound packets arrive, or their copy in the next one does`(seed: UInt64) {
    let call = Call(PathConditions(), seed: seed)
    var random = SeededRandom(seed: seed)
    var sent = 0
    var arrived: Set<Int> = []
    call.filter = { bytes, isRTCP in
      guard !isRTCP else { return true }
      sent += 1
      guard Double.random(in: 0..<1, using: &random) >= 0.05 else { return false }
      arrived.insert(sent)
      if bytes[1] & 0x7F == 63 { arrived.insert(sent - 1) }
      return true
    }
    for _ in 0..<3000 {
      call.sendAudio()
      call.run(for: .milliseconds(20))
    }
    #expect(sent == 3000)
    #expect(call.receivedAudio.count < 2900)
    #expect(arrived.count >= 2970, "\(arrived.count)")
  }

  @Test func `without RTX lost packets are retransmitted unchanged`() throws {
    let call = Call(PathConditions(loss: 0.03), seed: 5) { send, _ in
      send.rtxSSRC = nil
      send.rtxPayloadType = nil
    }
    call.stream(for: .seconds(20)) { _, isKeyFrame in isKeyFrame ? 30_000 : 5000 }
    call.run(for: .seconds(3))
    #expect(call.allFramesArrived)
    let usedRTX = call.departures.contains { $0.ssrc == Call.rtxSSRC.rawValue }
    #expect(!usedRTX)
    #expect(try #require(call.sender.senderCounters(call.video)).retransmittedPacketsSent > 0)
  }

  @Test func `a key frame replaces packets that the history no longer has`() throws {
    let call = Call(PathConditions(), seed: 6)
    call.stream(for: .seconds(1)) { _, isKeyFrame in isKeyFrame ? 10_000 : 3000 }
    // The path is dead for longer than the history reaches back.
    call.filter = { _, _ in false }
    let before = call.receivedFrames.count
    call.stream(for: .seconds(4)) { _, isKeyFrame in isKeyFrame ? 10_000 : 3000 }
    #expect(call.receivedFrames.count <= before + 2)
    call.filter = { _, _ in true }
    call.stream(for: .seconds(5)) { _, isKeyFrame in isKeyFrame ? 10_000 : 3000 }
    call.run(for: .seconds(1))
    #expect(!call.keyFrameRequests.isEmpty)
    // Each received frame is decodable: it is a key frame, or the previous one arrived.
    expectDecodable(call)
    let last = try #require(call.receivedFrames.last)
    #expect(TestFrames.number(last.frame.data) == call.sentFrames.last?.number)
    let resumed = call.receivedFrames.first { $0.at > .seconds(1005) }
    #expect(try #require(resumed).at < .seconds(1008))
  }

  @Test func `a receiver without NACK requests a key frame after a loss`() throws {
    let call = Call(PathConditions(loss: 0.02), seed: 7) { send, receive in
      send.feedback.remove(.nack)
      receive.feedback.remove(.nack)
    }
    call.stream(for: .seconds(20)) { _, isKeyFrame in isKeyFrame ? 10_000 : 5000 }
    call.run(for: .seconds(1))
    #expect(call.keyFrameRequests.count > 5)
    #expect(call.sender.senderCounters(call.video)?.retransmittedPacketsSent == 0)
    expectDecodable(call)
    #expect(call.receivedFrames.count > call.sentFrames.count / 4)
  }

  @Test func `a late receiver gets a key frame within 500 ms and all frames after it`() throws {
    let call = Call(PathConditions(delay: .milliseconds(10)), seed: 8)
    call.filter = { _, _ in false }
    call.stream(for: .seconds(5)) { _, isKeyFrame in isKeyFrame ? 10_000 : 3000 }
    call.filter = { _, _ in true }
    let joined = call.now
    call.stream(for: .seconds(3)) { _, isKeyFrame in isKeyFrame ? 10_000 : 3000 }
    call.run(for: .seconds(1))
    let first = try #require(call.receivedFrames.first)
    #expect(first.frame.isKeyFrame)
    #expect(first.at - joined < .milliseconds(500))
    expectDecodable(call)
    #expect(TestFrames.number(call.receivedFrames.last!.frame.data) == call.sentFrames.last!.number)
  }

  private func expectDecodable(_ call: Call, sourceLocation: SourceLocation = #_sourceLocation) {
    var before: Int?
    for received in call.receivedFrames {
      let number = TestFrames.number(received.frame.data)
      let isWhole = received.frame.data == call.sentFrames[number].data
      #expect(isWhole, "\(number)", sourceLocation: sourceLocation)
      #expect(received.frame.isKeyFrame || before == number - 1, "\(number)", sourceLocation: sourceLocation)
      before = number
    }
  }
}
