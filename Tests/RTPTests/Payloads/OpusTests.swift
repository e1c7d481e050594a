import Media
import Testing

@testable import RTP

/// RFC 7587 and the table of RFC 6716 §3.1.
@Suite struct OpusTests {
  @Test func `a packet's duration is read from its first bytes`() {
    let expected: [(String, Int?)] = [
      ("00", 480), ("08", 960), ("10", 1920), ("18", 2880), ("60", 480), ("68", 960), ("80", 120), ("88", 240),
      ("90", 480), ("98", 960), ("F8", 960), ("79", 1920), ("7A", 1920), ("83 03", 360), ("1B 02", 5760),
      ("1B 03", nil), ("83 00", nil), ("83", nil), ("", nil),
      // Two frames of 60 ms are as much as a packet may hold.
      ("19", 5760), ("FB 06", 5760), ("FB 07", nil),
    ]
    for (hexadecimal, duration) in expected {
      #expect(OpusPacket.duration(bytes(hexadecimal).span) == duration, "\(hexadecimal)")
    }
  }

  @Test func `timestamps count samples from packet to packet despite jitter of the capture times`() throws {
    var packetizer = OpusPacketizer()
    var ticks: [Int64] = []
    for (index, jitter) in [0, 3, -4, 9, -9, 0].enumerated() {
      let time = MediaTime.seconds(10) + .milliseconds(Int64(20 * index + jitter))
      let frame = packetizer.packetize(TestFrames.opus(index), captureTime: time)
      ticks.append(try #require(frame).ticks)
    }
    #expect(ticks == (0..<6).map { 480_000 + 960 * $0 })
  }

  @Test func `after a pause timestamps follow the capture time again`() throws {
    var packetizer = OpusPacketizer()
    _ = packetizer.packetize(TestFrames.opus(0), captureTime: .seconds(1))
    let packetized = packetizer.packetize(TestFrames.opus(1), captureTime: .seconds(3))
    let frame = try #require(packetized)
    #expect(frame.ticks == 144_000)
    #expect(frame.packetCount == 1)
    #expect(frame.bytes == TestFrames.opus(1))
    #expect(!frame.marksEnd)
  }

  @Test func `empty, invalid and oversized Opus data makes no packet`() {
    var packetizer = OpusPacketizer()
    let packets: [[UInt8]] = [
      [], [0x83], [UInt8](repeating: 0x78, count: 1276), [UInt8](repeating: 0x78, count: 1275),
    ]
    let isTaken = packets.map { packetizer.packetize($0, captureTime: .zero) != nil }
    #expect(isTaken == [false, false, false, true])
  }

  @Test func `each payload is one Opus packet`() throws {
    let fragment = try OpusDepacketizer.fragment(TestFrames.opus(1).span)
    #expect(fragment == PayloadFragment(data: 0..<80, beginsFrame: true, endsFrame: true, isKeyFrame: true))
    #expect(throws: RTPError.truncated) { try OpusDepacketizer.fragment([UInt8]().span) }
    #expect(throws: RTPError.value) { try OpusDepacketizer.fragment([UInt8(0x83)].span) }
  }

  @Test func `the last packet of a RED payload is used`() throws {
    let packet = TestFrames.opus(1)
    for (head, size) in [("6F", 0), ("EF 0F 00 02 6F", 2), ("EF 1E 00 01 EF 0F 00 02 6F", 3)] {
      let payload = bytes(head) + [UInt8](repeating: 0x83, count: size) + packet
      let fragment = try REDDepacketizer.fragment(payload.span)
      #expect(Array(payload[fragment.data]) == packet, "\(head)")
      // Truncated before the last packet.
      for count in 0..<payload.count - packet.count {
        #expect(throws: RTPError.self) { try REDDepacketizer.fragment(Array(payload[..<count]).span) }
      }
    }
    let malformed = [
      "", "EF", "EF FF FF FF", "FF FF FF FF FF FF FF FF FF", "EF 0F 03 FF 6F 78", "6F", "6F 83", "EF 00 00 01 6F 78",
    ]
    for payload in malformed {
      #expect(throws: RTPError.self, "\(payload)") { try REDDepacketizer.fragment(bytes(payload).span) }
    }
  }
}
