import Media
import Testing

@testable import RTP

/// Which receiver a packet belongs to. Source: RFC 9143 §9.2.
@Suite struct DemultiplexTests {
  private final class Bench {
    let session: RTPSession
    var ids = RTPHeaderExtensionIDs()
    private var sequence: [UInt32: UInt16] = [:]

    init() {
      ids.mid = 1
      var configuration = RTPSessionConfiguration(
        ntpClock: NTPClock(at: .zero, unixNanoseconds: 0), seed: 1, localSSRC: 8, cname: "x")
      configuration.receiveExtensions = ids
      session = RTPSession(configuration)
    }

    func add(_ mid: String, type: PayloadType = 96, ssrc: SSRC? = nil) -> RTPReceiverID {
      var parameters = RTPReceiveParameters(kind: .video, mid: mid, formats: [type: .vp8])
      parameters.ssrc = ssrc
      return session.addReceiver(parameters)
    }

    /// A key frame of one packet.
    func receive(ssrc: SSRC, type: UInt8 = 96, mid: String? = nil) {
      let number = sequence[ssrc.rawValue, default: 1]
      sequence[ssrc.rawValue] = number &+ 1
      var packet: [UInt8] = [
        mid == nil ? 0x80 : 0x90, 0x80 | type, UInt8(number >> 8), UInt8(number & 0xFF), 0, 0, 0,
        UInt8(truncatingIfNeeded: number),
      ]
      packet += (0..<4).map { UInt8(truncatingIfNeeded: ssrc.rawValue >> (24 - 8 * $0)) }
      if let mid {
        let size = (1 + mid.utf8.count + 3) / 4
        packet += [0xBE, 0xDE, 0, UInt8(size), 0x10 | UInt8(mid.utf8.count - 1)] + Array(mid.utf8)
        packet += [UInt8](repeating: 0, count: 4 * size - 1 - mid.utf8.count)
      }
      packet += [0x10] + TestFrames.vp8(1, isKeyFrame: true, size: 20)
      session.receive(rtp: packet.span, now: .seconds(1))
    }

    /// The receivers of the frames since the last call.
    func frames() -> [RTPReceiverID] {
      var receivers: [RTPReceiverID] = []
      while let event = session.nextEvent() {
        if case .frame(let id, _) = event { receivers.append(id) }
      }
      return receivers
    }
  }

  @Test func `a signalled SSRC takes precedence over the MID`() {
    let bench = Bench()
    let first = bench.add("a", ssrc: 10)
    _ = bench.add("b", ssrc: 20)
    bench.receive(ssrc: 10)
    bench.receive(ssrc: 10, mid: "b")
    #expect(bench.frames() == [first, first])
  }

  @Test func `a MID binds an unknown SSRC, also for packets without the MID`() {
    let bench = Bench()
    _ = bench.add("a")
    let second = bench.add("b")
    bench.receive(ssrc: 30, mid: "b")
    bench.receive(ssrc: 30)
    #expect(bench.frames() == [second, second])
  }

  @Test func `a payload type that only one receiver has binds one SSRC`() {
    let bench = Bench()
    _ = bench.add("a", type: 96)
    let second = bench.add("b", type: 100)
    bench.receive(ssrc: 40, type: 100)
    #expect(bench.frames() == [second])
    // Another SSRC without a MID is not bound: it might belong to any receiver.
    bench.receive(ssrc: 41, type: 100)
    #expect(bench.frames().isEmpty)
    #expect(bench.session.transportCounters.unassignedPackets == 1)
    // With the MID it replaces the first.
    bench.receive(ssrc: 41, type: 100, mid: "b")
    bench.receive(ssrc: 40, type: 100)
    #expect(bench.frames() == [second])
  }

  @Test func `a shared payload type, an unknown one and an unknown MID bind nothing`() {
    let bench = Bench()
    _ = bench.add("a")
    _ = bench.add("b")
    bench.receive(ssrc: 50)
    bench.receive(ssrc: 51, type: 99)
    bench.receive(ssrc: 52, mid: "c")
    bench.receive(ssrc: 53, type: 99, mid: "a")
    #expect(bench.frames().isEmpty)
    #expect(bench.session.transportCounters.unassignedPackets == 4)
  }

  @Test func `after a BYE, and after its receiver is removed, an SSRC is unknown`() {
    let bench = Bench()
    let first = bench.add("a", ssrc: 10)
    bench.receive(ssrc: 10)
    let goodbye = RTCPPacket.goodbye(RTCPGoodbye(ssrcs: [10])).bytes
    bench.session.receive(rtcp: goodbye.span, now: .seconds(1))
    #expect(bench.frames() == [first])
    // The MID binds the next SSRC.
    bench.receive(ssrc: 11, mid: "a")
    #expect(bench.frames() == [first])
    bench.session.removeReceiver(first)
    bench.receive(ssrc: 11, mid: "a")
    #expect(bench.frames().isEmpty)
    #expect(bench.session.receiverCounters(first) == nil)
  }

  @Test func `an updated receiver keeps its SSRC and its counters`() {
    let bench = Bench()
    let first = bench.add("a", ssrc: 10)
    bench.receive(ssrc: 10)
    var parameters = RTPReceiveParameters(kind: .video, mid: "a", formats: [96: .vp8, 97: .rtx(96)])
    parameters.ssrc = 10
    parameters.rtxSSRC = 12
    bench.session.updateReceiver(first, parameters)
    bench.receive(ssrc: 10)
    #expect(bench.frames() == [first, first])
    #expect(bench.session.receiverCounters(first)?.packetsReceived == 2)
  }
}
