import Media
import Testing

@testable import RTP

/// Two sessions in virtual time that have run for long: their clocks and their counters are as far as that takes them.
@Suite struct RTPSessionAgeTests {
  /// A time that a machine has been up, in seconds.
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
    // Each within the call.
    Age(536_869, "the sign of transport feedback's reference time"),
    Age(1_073_740, "the end of transport feedback's reference time"),
    Age(4_294_966, "the end of 32 bits of milliseconds"),
  ]

  /// What happened, counted from the start of the call.
  private struct Course: Equatable {
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
    /// Of the pictures and of the sound, how far the capture time that came is from the one that was sent.
    var worstCaptureTime = MediaTime.zero
  }

  /// Four seconds of pictures and sound over a path that loses and delays.
  /// - Parameter prepare: is done to the streams before anything is sent.
  private func course(
    from start: MediaTime, unixNanoseconds: Int64 = 1_700_000_000_000_000_000,
    prepare: (_ video: SendStream, _ audio: SendStream) -> Void = { _, _ in }
  ) throws -> Course {
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
    #expect(call.allFramesCame)
    var course = Course()
    course.departures = call.departures.map { $0.time - start }
    course.sizes = call.departures.map(\.size)
    course.arrivals = call.receivedFrames.map { $0.at - start }
    course.ticks = call.receivedFrames.map(\.frame.ticks)
    course.keyFrames = call.receivedFrames.map(\.frame.isKeyFrame)
    course.soundTicks = call.receivedAudio.map(\.frame.ticks)
    course.rates = call.rates.map(\.bitrate)
    course.keyFrameRequests = call.keyFrameRequests.map { $0 - start }
    let received = try #require(call.receiver.receiverCounters(call.remoteVideo))
    (course.lost, course.jitter) = (received.packetsLost, received.jitter)
    let sent = try #require(call.sender.senderCounters(call.video))
    (course.retransmitted, course.reports) = (sent.retransmittedPacketsSent, sent.reportsReceived)
    course.roundTrip = call.sender.roundTripTime
    let clock = call.sender.configuration.ntpClock
    for (sent, received) in zip(call.sentFrames, call.receivedFrames) {
      guard let told = received.frame.captureTime else { continue }
      let distance = told.duration(since: clock.time(at: sent.captured))
      course.worstCaptureTime = max(course.worstCaptureTime, max(distance, .zero - distance))
    }
    #expect(call.receivedFrames.last?.frame.captureTime != nil)
    #expect(course.worstCaptureTime < .milliseconds(1))
    // It is only as exact as the clock's fractions.
    course.worstCaptureTime = .zero
    return course
  }

  /// On a machine that has just started.
  private static let young = Result { try RTPSessionAgeTests().course(from: .seconds(1000)) }

  @Test func `a call has losses, reports and a round trip to speak of`() throws {
    let course = try Self.young.get()
    #expect(course.retransmitted > 5 && course.reports > 2 && course.jitter > 0.001 && course.roundTrip != nil)
    #expect(course.arrivals.count == 100)
  }

  @Test(arguments: ages) func `a call goes as it does on a machine that has just started`(age: Age) throws {
    #expect(try course(from: .seconds(age.seconds)) == Self.young.get())
  }

  @Test(arguments: ages.prefix(4)) func `a call goes the same after that many packets and bytes`(age: Age) throws {
    let old = try course(from: .seconds(age.seconds)) { video, audio in
      for stream in [video, audio] {
        // 300 packets a second, just before the numbers wrap around.
        let packets = Int64(age.seconds) * 300
        stream.nextSequence += packets / 65_536 * 65_536 + 65_536 - (stream.nextSequence + 60) % 65_536
        stream.firstSequence = stream.nextSequence
        stream.nextRTXSequence = 65_530
        stream.pictureID = 0x7FFF - 20
        stream.counters.packetsSent = UInt64(packets)
        stream.counters.bytesSent = UInt64(packets) * 1100
        stream.reportPackets = .max - 30
        stream.reportOctets = .max - 10_000
      }
    }
    #expect(try old == Self.young.get())
  }

  @Test func `RTP timestamps wrap around within a call`() throws {
    // The offset is random, and the same for the same seed.
    var offset: UInt32 = 0
    _ = try course(from: .seconds(1000)) { video, _ in offset = video.timestampOffset }
    let left = Double(UInt32.max - offset) / 90_000
    for age in Self.ages.prefix(4) {
      // 2³² units of 1/90 000 s last for 47 721.86 s.
      let cycles = (age.seconds / 47_721.858_844_444_4).rounded(.down)
      let start = (cycles * 47_721.858_844_444_4 + left - 2).rounded(.up)
      var first: UInt32 = 0
      let old = try course(from: .seconds(start)) { video, _ in
        first = video.timestampOffset &+ UInt32(truncatingIfNeeded: MediaTime.seconds(start).ticks(at: 90_000))
      }
      #expect(first > UInt32.max - 180_000)
      #expect(try old == Self.young.get())
    }
  }

  @Test(arguments: ages.prefix(4)) func `NTP's clock wraps around within a call`(age: Age) throws {
    // 2036-02-07 06:28:16 UTC, two seconds into the call.
    let start = MediaTime.seconds(age.seconds)
    let end: Int64 = 2_085_978_496_000_000_000
    #expect(
      try course(from: start, unixNanoseconds: end - start.nanoseconds - 2_000_000_000) == Self.young.get())
  }
}
