import Media
import Testing

@testable import RTP

/// When packets are sent, with two sessions in virtual time.
@Suite struct PacerTests {
  private func rate(_ bitrate: Int) -> (inout RTPSessionConfiguration) -> Void {
    {
      $0.startBitrate = bitrate
      $0.maximumBitrate = bitrate
    }
  }

  /// The most bytes of video sent within `window`.
  private func most(_ call: Call, in window: MediaTime, from start: MediaTime) -> Int {
    let departures = call.departures.filter { !$0.isRTCP && $0.ssrc != Call.audioSSRC.rawValue && $0.time >= start }
    var most = 0
    var sum = 0
    var first = 0
    for departure in departures {
      sum += departure.size
      while departures[first].time <= departure.time - window {
        sum -= departures[first].size
        first += 1
      }
      most = max(most, sum)
    }
    return most
  }

  @Test func `before feedback video is sent at 2.5 times the rate, then at 1.1 times`() {
    let call = Call(PathConditions(delay: .milliseconds(5)), seed: 1, session: rate(1_000_000))
    let start = call.now
    call.sendFrame(size: 200_000)
    call.run(for: .milliseconds(150))
    // The first report comes at once, with the reports of the first packet.
    let departed = call.departures.filter { !$0.isRTCP }
    let early = departed.filter { $0.time < start + .milliseconds(10) }.reduce(0) { $0 + $1.size }
    #expect(early <= 1_000_000 / 8 * 25 / 10 * 55 / 1000 + 1200)
    #expect(early > 1_000_000 / 8 * 25 / 10 * 35 / 1000)
    call.run(for: .seconds(3))
    #expect(call.allFramesArrived)
    // In any window at most its share, the burst allowance, and a packet.
    for milliseconds in [50, 100, 300, 1000] as [Int64] {
      let limit = 1_100_000 / 8 * (Int(milliseconds) + 40) / 1000 + 1200
      #expect(most(call, in: .milliseconds(milliseconds), from: start + .milliseconds(100)) <= limit)
    }
    // Nor is it slower than that.
    let last = call.departures.last { !$0.isRTCP }!.time
    #expect(last - start < .seconds(200_000 * 8 / 1_100_000 + 0.1))
  }

  @Test func `an ordinary frame is sent at once, a large one is paced`() {
    let call = Call(PathConditions(), seed: 2, session: rate(1_500_000))
    call.stream(for: .seconds(1)) { _, _ in 5000 }
    call.run(for: .seconds(1))
    let before = call.departures.count
    let sent = call.now
    call.sendFrame(size: 6000)
    #expect(call.departures.count == before + 6)
    #expect(call.departures.last?.time == sent)
    call.run(for: .seconds(1))
    let middle = call.departures.count
    call.sendFrame(size: 60_000)
    #expect(call.departures.count < middle + 10)
    call.run(for: .seconds(1))
    let last = call.departures.last { !$0.isRTCP }!.time
    #expect(last - call.sentFrames.last!.captured > .milliseconds(200))
  }

  @Test func `sound does not wait for video`() {
    let call = Call(PathConditions(), seed: 3, session: rate(500_000))
    call.sendFrame(size: 100_000)
    for _ in 0..<50 {
      call.sendAudio()
      call.run(for: .milliseconds(20))
    }
    let sound = call.departures.filter { $0.ssrc == Call.audioSSRC.rawValue && !$0.isRTCP }
    #expect(sound.count == 50)
    for (index, departure) in sound.enumerated() {
      #expect(departure.time == .seconds(1000) + .milliseconds(Int64(20 * index)))
    }
    #expect(call.receivedAudio.count >= 49)
  }

  @Test func `a queue of more than two seconds is dropped up to a key frame, which is requested`() throws {
    let call = Call(PathConditions(), seed: 4, session: rate(500_000))
    // Three times the estimated bitrate.
    call.stream(for: .seconds(20)) { _, isKeyFrame in isKeyFrame ? 20_000 : 6250 }
    call.run(for: .seconds(4))
    let counters = try #require(call.sender.senderCounters(call.video))
    #expect(counters.framesDropped > 100)
    #expect(!call.keyFrameRequests.isEmpty)
    for (before, after) in zip(call.keyFrameRequests, call.keyFrameRequests.dropFirst()) {
      #expect(after - before >= .milliseconds(300))
    }
    // Every received frame is decodable, and delayed by at most the limit and a key frame's time.
    var last: Int?
    for received in call.receivedFrames {
      let number = TestFrames.number(received.frame.data)
      #expect(received.frame.isKeyFrame || last == number - 1)
      #expect(received.at - call.sentFrames[number].captured < .seconds(2.6))
      last = number
    }
    // PictureIDs and sequence numbers have no gap, or the receiver would have sent NACKs.
    #expect(counters.nackCount == 0)
    #expect(call.receivedFrames.count > 50)
  }

  @Test func `a key frame larger than the limit is sent, and so are the frames after it`() throws {
    let call = Call(PathConditions(), seed: 5, session: rate(300_000))
    // 120 kB take 2.9 s.
    call.stream(for: .seconds(12)) { number, isKeyFrame in number == 0 || isKeyFrame ? 120_000 : 200 }
    call.run(for: .seconds(4))
    #expect(call.keyFrameRequests.count == 0)
    #expect(call.allFramesArrived)
  }

  @Test func `a key frame replaces the queued frames when the limit is reached`() throws {
    let call = Call(PathConditions(), seed: 6, session: rate(300_000))
    call.answersKeyFrameRequests = false
    call.stream(for: .seconds(1)) { _, _ in 1000 }
    // Queues nearly two seconds' worth, then a key frame that goes over the limit.
    for _ in 0..<7 { call.sendFrame(size: 11_000) }
    let dropped = call.sender.senderCounters(call.video)!.framesDropped
    #expect(dropped == 0)
    call.sendFrame(size: 30_000, isKeyFrame: true)
    #expect(call.sender.senderCounters(call.video)!.framesDropped > 3)
    let sent = call.now
    call.run(for: .seconds(4))
    let last = try #require(call.receivedFrames.last)
    #expect(TestFrames.number(last.frame.data) == call.sentFrames.last?.number)
    // One frame was being sent, then the key frame: together 41 kB.
    #expect(last.at - sent < .seconds(1.6))
    #expect(call.keyFrameRequests.count == 0)
  }

  @Test func `discardUnsent drops queued packets and the retransmission history`() throws {
    let call = Call(PathConditions(), seed: 7, session: rate(300_000))
    call.stream(for: .seconds(1)) { _, _ in 1000 }
    call.sendFrame(size: 50_000)
    let before = call.departures.count
    call.sender.discardUnsent(call.video)
    // Earlier packets are not retransmitted.
    let lost = (0..<20).map { SequenceNumber(rawValue: UInt16(truncatingIfNeeded: $0)) }
    for start in stride(from: 0, to: 65536, by: 20) {
      call.sender.receive(
        rtcp: RTCPPacket.nack(
          RTCPNack(sender: 1, media: Call.videoSSRC, lost: lost.map { $0.advanced(by: start) })
        ).bytes.span, now: call.now)
    }
    call.filter = { _, isRTCP in isRTCP }
    call.run(for: .seconds(1))
    let isControl = call.departures.dropFirst(before).allSatisfy { $0.isRTCP }
    #expect(isControl)
  }

  @Test func `history keeps a second, or three round trips, and no more than 9600 packets`() {
    var history = SendHistory()
    let frame = VP8Packetizer().packetize(
      [UInt8](repeating: 1, count: 1146 * 100), captureTime: .zero, isKeyFrame: false)!
    func add(_ count: Int, from sequence: Int64, at time: MediaTime, roundTrip: MediaTime?) {
      history.begin(
        frame, firstSequence: sequence, name: FrameName(timestamp: 0, pictureID: 0), roundTrip: roundTrip, now: time)
      for i in 0..<count { history.sent(sequence: sequence + Int64(i), now: time) }
    }
    add(100, from: 65_500, at: .seconds(1), roundTrip: nil)
    add(100, from: 65_600, at: .seconds(1.9), roundTrip: nil)
    #expect(history.find(65_499) == nil)
    #expect(history.find(65_500)?.packet == 0)
    #expect(history.find(65_699)?.packet == 99)
    #expect(history.find(65_700) == nil)
    history.prune(roundTrip: .milliseconds(400), now: .seconds(2.1))
    #expect(history.find(65_500) != nil)
    history.prune(roundTrip: .milliseconds(100), now: .seconds(2.1))
    #expect(history.find(65_599) == nil)
    // The last ones stay: on a still screen their loss is detected late.
    history.prune(roundTrip: .milliseconds(100), now: .seconds(1000))
    #expect(history.find(65_600) != nil)
    for i in 0..<200 { add(100, from: 65_700 + Int64(100 * i), at: .seconds(2.1), roundTrip: nil) }
    #expect(history.packetCount <= SendHistory.packetLimit + 100)
    #expect(history.find(65_700 + 19_999) != nil)
    #expect(history.find(65_700) == nil)
  }

  @Test func `a packet is retransmitted once per round trip`() {
    var history = SendHistory()
    let frame = VP8Packetizer().packetize([1], captureTime: .zero, isKeyFrame: true)!
    history.begin(
      frame, firstSequence: 7, name: FrameName(timestamp: 0, pictureID: 0), roundTrip: nil, now: .seconds(1))
    history.sent(sequence: 7, now: .seconds(1))
    let times = [0, 30, 49, 50, 60, 99, 100].map { MediaTime.seconds(1) + .milliseconds($0) }
    let allowed = times.map { history.mayResend(7, roundTrip: .milliseconds(50), now: $0) }
    #expect(allowed == [true, false, false, true, false, false, true])
  }
}
