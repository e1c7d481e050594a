import Media
import TestSupport
import Testing

@testable import RTP

/// draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
@Suite struct TransportFeedbackTests {
  private let head = "00000001 00000002 00FE"

  private func read(_ hexadecimal: String) -> (RTCPTransportFeedback?, [RTPError]) {
    let (packets, errors) = RTCPPacket.all(in: bytes(hexadecimal))
    guard case .transportFeedback(let feedback)? = packets.first else { return (nil, errors) }
    return (feedback, errors)
  }

  @Test func `a run, a vector of one bit and a vector of two bits are read`() throws {
    // 20 packets: 5 lost (run), then 14 by one bit, then one by two bits with a large negative delta.
    let (feedback, _) = read(
      """
      8F CD 0009 \(head) 0014 FFFFFE 07
      0005
      B555
      E000
      01 02 03 04 05 06 07 08 FFFF 0000 0000
      """)
    let read = try #require(feedback)
    #expect(read.base == 0xFE)
    #expect(read.referenceTime == -2)
    #expect(read.feedbackCount == 7)
    // 1 1 0 1 0 1 0 1 0 1 0 1 0 1
    #expect(
      read.arrivals == [
        nil, nil, nil, nil, nil, 1, 2, nil, 3, nil, 4, nil, 5, nil, 6, nil, 7, nil, 8, -1,
      ])
  }

  @Test func `random feedback is the same after writing and reading`() throws {
    var random = SeededRandom(seed: 11)
    for count in 1...60 {
      for _ in 0..<20 {
        let arrivals: [Int16?] = (0..<count).map { _ in
          switch Int.random(in: 0..<10, using: &random) {
          case 0..<3: nil
          case 3: Int16.random(in: Int16.min..<0, using: &random)
          case 4: Int16.random(in: 256...Int16.max, using: &random)
          default: Int16.random(in: 0...255, using: &random)
          }
        }
        let feedback = RTCPTransportFeedback(
          sender: 1, media: 2, base: 65530, referenceTime: -5, feedbackCount: 3, arrivals: arrivals)
        let packet = RTCPPacket.transportFeedback(feedback)
        #expect(RTCPPacket.all(in: packet.bytes).packets == [packet])
        #expect(packet.bytes.count <= packet.encodedSizeLimit)
      }
    }
  }

  @Test func `long runs take two bytes`() {
    let feedback = RTCPTransportFeedback(
      sender: 1, media: 2, base: 0, referenceTime: 0, feedbackCount: 0,
      arrivals: Array(repeating: nil, count: 9000) + [Int16(4)])
    let packet = RTCPPacket.transportFeedback(feedback)
    #expect(packet.bytes.count == 28)
    #expect(RTCPPacket.all(in: packet.bytes).packets == [packet])
  }

  @Test func `too many packets, an empty run and missing deltas are refused`() {
    #expect(read("8F CD 0005 \(head) FFFF 000000 00 1FFF 1FFF").1 == [.value])
    #expect(read("8F CD 0005 \(head) 0000 000000 00 1FFF 1FFF").1 == [.value])
    #expect(read("8F CD 0005 \(head) 0002 000000 00 2000 2002").1 == [.length])
    #expect(read("8F CD 0005 \(head) 0004 000000 00 2004 0000").1 == [.truncated])
    // The symbol 3 is reserved.
    #expect(read("8F CD 0005 \(head) 0002 000000 00 6002 0000").1 == [.value])
  }

  @Test func `the recorder reports arrival times and losses ten times a second`() throws {
    var recorder = TransportFeedbackRecorder()
    let start = MediaTime.milliseconds(64 * 1000 + 10)
    recorder.received(65534, of: 9, now: start)
    recorder.received(65535, of: 9, now: start + .milliseconds(5))
    recorder.received(2, of: 9, now: start + .milliseconds(7))
    recorder.received(1, of: 9, now: start + .milliseconds(8))
    #expect(recorder.feedback(sender: 1, now: start + .milliseconds(99)).isEmpty)
    let feedback = try #require(recorder.feedback(sender: 1, now: start + .milliseconds(100)).first)
    #expect(feedback.base == 65534)
    #expect(feedback.media == 9)
    #expect(feedback.referenceTime == 1000)
    // 10 ms after the reference, +5 ms, lost, +3 ms for the one that was overtaken, then −1 ms.
    #expect(feedback.arrivals == [40, 20, nil, 12, -4])
    #expect(recorder.next == nil)
    // A packet reported as lost stays lost; the next feedback continues after it.
    recorder.received(0, of: 9, now: start + .milliseconds(101))
    recorder.received(3, of: 9, now: start + .milliseconds(102))
    let next = try #require(recorder.feedback(sender: 1, now: start + .seconds(1)).first)
    #expect(next.base == 3)
    #expect(next.feedbackCount == 1)
    #expect(next.arrivals.count == 1)
  }

  @Test func `the recorder splits large feedback, and random sequence numbers stay within the size limit`() {
    var recorder = TransportFeedbackRecorder()
    for i in 0..<1000 { recorder.received(UInt16(i), of: 9, now: .seconds(10) + .milliseconds(Int64(i) / 10)) }
    let all = recorder.feedback(sender: 1, now: .seconds(11))
    #expect(all.map(\.arrivals.count) == [400, 400, 200])
    for feedback in all { #expect(RTCPPacket.transportFeedback(feedback).bytes.count < RTCPOutbox.sizeLimit) }
    // A pause longer than a delta can express begins another feedback.
    recorder.received(2000, of: 9, now: .seconds(20))
    recorder.received(2001, of: 9, now: .seconds(40))
    let split = recorder.feedback(sender: 1, now: .seconds(41))
    #expect(split.map(\.arrivals.count) == [400, 400, 201, 1])
    var random = SeededRandom(seed: 3)
    for i in 0..<10_000 {
      let number = UInt16.random(in: 0...UInt16.max, using: &random)
      recorder.received(number, of: 9, now: .seconds(50) + .milliseconds(Int64(i)))
      for feedback in recorder.feedback(sender: 1, now: .seconds(50) + .milliseconds(Int64(i))) {
        #expect(RTCPPacket.transportFeedback(feedback).bytes.count < RTCPOutbox.sizeLimit)
      }
    }
  }
}
