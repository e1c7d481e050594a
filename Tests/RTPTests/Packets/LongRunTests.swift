import Media
import Testing

@testable import RTP

/// Hours and wrap-arounds, in virtual time.
@Suite struct LongRunTests {
  @Test func `after a day of video and sound all frames have arrived, on time and in sync`() throws {
    // A frame every five seconds, a packet of sound every minute: 90 kHz timestamps wrap around after 13 hours.
    let call = Call(PathConditions(delay: .milliseconds(20), loss: 0.01), seed: 51)
    var sound = 0
    for second in stride(from: 0, to: 86_400, by: 5) {
      call.sendFrame(size: 40)
      if second % 60 == 0 {
        call.sendAudio()
        sound += 1
      }
      call.run(until: .seconds(1005) + .seconds(Double(second)))
    }
    call.run(for: .seconds(3))
    #expect(call.sentFrames.count == 17_280)
    #expect(call.allFramesArrived)
    #expect(call.keyFrameRequests.count == 0)
    // The last frames' capture times are right to 20 µs, and their ticks did not drift.
    let clock = call.sender.configuration.ntpClock
    let errors = call.receivedFrames.indices.suffix(100).map { index in
      let captured = clock.time(at: call.sentFrames[index].captured)
      return call.receivedFrames[index].frame.captureTime.map { abs($0.duration(since: captured).nanoseconds) } ?? .max
    }
    #expect(try #require(errors.max()) < 20_000)
    #expect(call.receivedFrames.last?.frame.ticks == Int64(call.sentFrames.count - 1) * 450_000)
    // The last sound was captured together with a frame.
    let lastSound = try #require(call.receivedAudio.last?.frame.captureTime)
    let captures = call.receivedFrames.suffix(20).compactMap(\.frame.captureTime)
    let nearest = captures.map { abs($0.duration(since: lastSound).nanoseconds) }.min()
    #expect(try #require(nearest) < 20_000)
    // Only sound that was lost is missing: it is not retransmitted.
    #expect(Double(call.receivedAudio.count) > Double(sound) * 0.97)
    // It still sends reports and knows its round trip.
    #expect(try #require(call.sender.roundTripTime) < .milliseconds(45))
    #expect(try #require(call.sender.senderCounters(call.video)).reportsReceived > 80_000)
  }

  @Test func `sequence numbers and PictureIDs wrap around under loss`() throws {
    let conditions = PathConditions(delay: .milliseconds(10), jitter: .milliseconds(5), reorders: true, loss: 0.03)
    let call = Call(
      conditions, seed: 52,
      session: {
        $0.maximumBitrate = 50_000_000; $0.startBitrate = 50_000_000
      })
    // 33000 frames of two packets: both wrap around.
    for _ in 0..<33_000 {
      call.sendFrame(size: 1200)
      call.run(for: .milliseconds(20))
    }
    call.run(for: .seconds(3))
    #expect(call.receivedFrames.count == 33_000)
    #expect(call.allFramesArrived)
    #expect(call.keyFrameRequests.count == 0)
    #expect(try #require(call.sender.sending.stream(call.video)).numbers.nextSequence > 65_536)
  }

  @Test func `an hour of a still screen sends only RTCP, and the next frame arrives`() throws {
    let call = Call(PathConditions(), seed: 53)
    call.stream(for: .seconds(1)) { _, _ in 2000 }
    let before = call.departures.count
    call.run(for: .seconds(3600))
    let idle = call.departures.dropFirst(before)
    let isControl = idle.allSatisfy { $0.isRTCP }
    #expect(isControl)
    #expect((3000...4500).contains(idle.count))
    call.sendFrame(size: 2000)
    call.run(for: .seconds(1))
    #expect(call.allFramesArrived)
    // The history has dropped old packets.
    #expect(try #require(call.sender.sending.stream(call.video)).history.packetCount < 100)
  }
}
