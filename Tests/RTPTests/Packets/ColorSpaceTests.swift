import Media
import RTP
import Testing

struct ColorSpaceTests {
  @Test func `the bytes are primaries, transfer, matrix and range`() {
    #expect(VideoColorSpace.screen.rawValue == 0x010D_0610)
    #expect(VideoColorSpace(primaries: 9, transfer: 16, matrix: 9, isFullRange: true).rawValue == 0x0910_0920)
  }

  @Test func `every packet of a key frame carries the negotiated color space, other frames do not`() throws {
    let clock = NTPClock(at: .zero, unixNanoseconds: 0)
    let session = RTPSession(RTPSessionConfiguration(ntpClock: clock, seed: 1, localSSRC: 9, cname: "c"))
    var parameters = RTPSendParameters(kind: .video, ssrc: 1, payloadType: 96, clockRate: 90_000)
    parameters.extensions.colorSpace = 7
    parameters.colorSpace = .screen
    let sender = session.addSender(parameters)
    let batch = RTPPacketBatch()
    for (isKeyFrame, expected) in [(true, true), (false, false)] {
      let frame = try #require(
        VP8Packetizer().packetize([UInt8](repeating: 0, count: 2000), captureTime: .zero, isKeyFrame: isKeyFrame))
      session.send(frame, sender: sender, now: .seconds(1))
      _ = session.drain(now: .seconds(1), into: batch)
      var packets = 0
      for index in 0..<batch.count where !batch.isRTCP(index) {
        let bytes = Array(batch.packet(index))
        packets += 1
        #expect((bytes[0] & 0x10 != 0) == expected)
        if expected { #expect(Array(bytes[12..<21]) == [0xBE, 0xDE, 0, 2, 0x73, 1, 13, 6, 0x10]) }
      }
      #expect(packets == 2)
      batch.removeAll()
    }
  }
}
