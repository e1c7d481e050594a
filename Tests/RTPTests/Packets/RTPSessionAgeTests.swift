import Media
import Testing

@testable import RTP

/// Two sessions in virtual time after a long time: their clocks and counters start at high values.
@Suite struct RTPSessionAgeTests {
  /// The uptime of a machine, in seconds.
  struct Age: Sendable, CustomTestStringConvertible {
    var seconds: Double
    var testDescription: String

    init(_ seconds: Double, _ description: String) {
      self.seconds = seconds
      testDescription = description
    }
  }

  static let ages = [
    Age(3600, "an hour"), Age(54 * 3600, "54 hours"), Age(30 * 86_400, "30 days"), Age(366 * 86_400, "a year"),
    // Each of these happens during the call.
    Age(536_869, "the sign of transport feedback's reference time"),
    Age(1_073_740, "the end of transport feedback's reference time"),
    Age(4_294_966, "the end of 32 bits of milliseconds"),
  ]

  /// The events of a call, with times since its start.
  private struct CallTrace: Equatable {
    var departures: [MediaTime] = []
    var sizes: [Int] = []
    var arrivals: [MediaTime] = []
    var ticks: [Int64] = []
    var keyFrames: [Bool] = []
    var soundTicks: [Int64] = []
    var rates: [Int] = []
    var keyFrameRequests: [MediaTime] = []
    var lost: Int64 = 0
    var jitter = 0.0
    var retransmitted: UInt64 = 0
    var reports: UInt64 = 0
    var roundTrip: MediaTime?
    /// The largest difference between a sent and a received capture time.
    var largestCaptureTimeError = MediaTime.zero
  }

  /// Four seconds of video and sound over a path with loss and jitter.
  /// - Parameter prepare: called with the streams before anything is sent.
  private func trace(
    from start: MediaTime, unixNanoseconds: Int64 = 1_700_000_000_000_000_000,
    prepare: (_ video: SendStream, _ audio: SendStream) -> Void = { _, _ in }
  ) throws -> CallTrace {
    let conditions = PathConditions(delay: .milliseconds(20), jitter: .milliseconds(8), reorders: true, loss: 0.04)
    let call = Call(
      conditions, seed: 71, start: start, unixNanoseconds: unixNanoseconds, session: { $0.maximumBitrate = 5_000_000 })
    prepare(
      try #require(call.sender.sending.stream(call.video)), try #require(call.sender.sending.stream(call.audio)))
    for step in 0..<200 {
      if step % 2 == 0 { call.sendFrame(size: 900 + step * 37 % 4000) }
      call.sendAudio()
      call.run(for: .milliseconds(20))
    }
    call.run(for: .seconds(2))
    #expect(call.allFramesArrived)
    var trace = CallTrace()
    trace.departures = call.departures.map { $0.time - start }
    trace.sizes = call.departures.map(\.size)
    trace.arrivals = call.receivedFrames.map { $0.at - start }
    trace.ticks = call.receivedFrames.map(\.frame.ticks)
    trace.keyFrames = call.receivedFrames.map(\.frame.isKeyFrame)
    trace.soundTicks = call.receivedAudio.map(\.frame.ticks)
    trace.rates = call.rates.map(\.bitrate)
    trace.keyFrameRequests = call.keyFrameRequests.map { $0 - start }
    let received = try #require(call.receiver.receiverCounters(call.remoteVideo))
    (trace.lost, trace.jitter) = (received.packetsLost, received.jitter)
    let sent = try #require(call.sender.senderCounters(call.video))
    (trace.retransmitted, trace.reports) = (sent.retransmittedPacketsSent, sent.reportsReceived)
    trace.roundTrip = call.sender.roundTripTime
    let clock = call.sender.configuration.ntpClock
    for (sent, received) in zip(call.sentFrames, call.receivedFrames) {
      guard let captureTime = received.frame.captureTime else { continue }
      let distance = captureTime.duration(since: clock.time(at: sent.captured))
      trace.largestCaptureTimeError = max(trace.largestCaptureTimeError, max(distance, .zero - distance))
    }
    #expect(call.receivedFrames.last?.frame.captureTime != nil)
    #expect(trace.largestCaptureTimeError < .milliseconds(1))
    // Its exact value depends on the clock's fractions.
    trace.largestCaptureTimeError = .zero
    return trace
  }

  /// On a machine that has just started.
  private static let afterStart = Result { try RTPSessionAgeTests().trace(from: .seconds(1000)) }

  @Test func `the reference call has losses, reports and a round trip`() throws {
    let trace = try Self.afterStart.get()
    #expect(trace.retransmitted > 5 && trace.reports > 2 && trace.jitter > 0.001 && trace.roundTrip != nil)
    #expect(trace.arrivals.count == 100)
  }

  @Test(arguments: ages) func `a call is the same at any uptime as on a machine that has just started`(age: Age) throws
  {
    #expect(try trace(from: .seconds(age.seconds)) == Self.afterStart.get())
  }

  @Test(arguments: ages.prefix(4)) func `a call is the same with the packet and byte counters of a long session`(
    age: Age
  ) throws {
    let old = try trace(from: .seconds(age.seconds)) { video, audio in
      for stream in [video, audio] {
        // 300 packets a second, just before the numbers wrap around.
        let packets = Int64(age.seconds) * 300
        stream.numbers.nextSequence += packets / 65_536 * 65_536 + 65_536 - (stream.numbers.nextSequence + 60) % 65_536
        stream.numbers.firstSequence = stream.numbers.nextSequence
        stream.numbers.nextRTXSequence = 65_530
        stream.numbers.pictureID = 0x7FFF - 20
        stream.counters.packetsSent = UInt64(packets)
        stream.counters.bytesSent = UInt64(packets) * 1100
        stream.numbers.reportPackets = .max - 30
        stream.numbers.reportOctets = .max - 10_000
      }
    }
    #expect(try old == Self.afterStart.get())
  }

  @Test func `RTP timestamps wrap around within a call`() throws {
    // The offset is random, and the same for the same seed.
    var offset: UInt32 = 0
    _ = try trace(from: .seconds(1000)) { video, _ in offset = video.numbers.timestampOffset }
    let left = Double(UInt32.max - offset) / 90_000
    for age in Self.ages.prefix(4) {
      // 2³² units of 1/90 000 s last for 47 721.86 s.
      let cycles = (age.seconds / 47_721.858_844_444_4).rounded(.down)
      let start = (cycles * 47_721.858_844_444_4 + left - 2).rounded(.up)
      var first: UInt32 = 0
      let old = try trace(from: .seconds(start)) { video, _ in
        first = video.numbers.timestampOffset &+ UInt32(truncatingIfNeeded: MediaTime.seconds(start).ticks(at: 90_000))
      }
      #expect(first > UInt32.max - 180_000)
      #expect(try old == Self.afterStart.get())
    }
  }

  @Test(arguments: ages.prefix(4)) func `NTP's clock wraps around within a call`(age: Age) throws {
    // 2036-02-07 06:28:16 UTC, two seconds into the call.
    let start = MediaTime.seconds(age.seconds)
    let end: Int64 = 2_085_978_496_000_000_000
    #expect(
      try trace(from: start, unixNanoseconds: end - start.nanoseconds - 2_000_000_000) == Self.afterStart.get())
  }
}
