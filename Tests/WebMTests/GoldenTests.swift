import Media
import Testing

@testable import WebM

@Suite struct GoldenTests {
  /// Three frames in two clusters, 2.5 s; checked by hand and with mkvinfo.
  @Test func `a finished recording of three frames is byte for byte as expected`() throws {
    let expected = """
      1A45DFA3 9F
        4286 81 01  42F7 81 01  42F2 81 04  42F3 81 08  4282 84 7765626D  4287 81 04  4285 81 02
      18538067 0100000000000128
        114D9B74 BF
          4DBB 92  53AB 84 1549A966  53AC 88 0000000000000060
          4DBB 92  53AB 84 1654AE6B  53AC 88 000000000000008B
          4DBB 92  53AB 84 1C53BB6B  53AC 88 0000000000000102
        EC 9A 0000000000000000000000000000000000000000000000000000
        1549A966 A6
          2AD7B1 83 0F4240  4D80 87 4F7269656C2030  5741 87 4F7269656C2030  4489 88 40A3880000000000
        1654AE6B B8  AE B6
          D7 81 01  73C5 81 01  83 81 01  9C 81 00  22B59C 83 756E64  86 85 565F565038
          E0 99  B0 81 40  BA 81 30  55B0 90  55B1 81 06  55B9 81 01  55BA 81 0D  55BB 81 01
        1F43B675 0100000000000015
          E7 81 00  A3 87 81 0000 80 000000  A3 87 81 0021 00 212121
        1F43B675 010000000000000D
          E7 82 07D0  A3 87 81 0000 80 D0D0D0
        1C53BB6B A1
          BB 8E  B3 81 00    B7 89  F7 81 01  F1 81 C8  F0 81 03
          BB 8F  B3 82 07D0  B7 89  F7 81 01  F1 81 E9  F0 81 04
      """
    #expect(try record(.seekable, finish: true) == Samples.hex(expected))
  }

  @Test func `an unfinished recording has Voids for the missing elements`() throws {
    let expected = """
      1A45DFA3 9F
        4286 81 01  42F7 81 01  42F2 81 04  42F3 81 08  4282 84 7765626D  4287 81 04  4285 81 02
      18538067 01FFFFFFFFFFFFFF
        EC DE \(String(repeating: "00", count: 94))
        1549A966 A6
          2AD7B1 83 0F4240  4D80 87 4F7269656C2030  5741 87 4F7269656C2030  EC 89 000000000000000000
        1654AE6B B8  AE B6
          D7 81 01  73C5 81 01  83 81 01  9C 81 00  22B59C 83 756E64  86 85 565F565038
          E0 99  B0 81 40  BA 81 30  55B0 90  55B1 81 06  55B9 81 01  55BA 81 0D  55BB 81 01
        1F43B675 0100000000000015
          E7 81 00  A3 87 81 0000 80 000000  A3 87 81 0021 00 212121
        1F43B675 01FFFFFFFFFFFFFF
          E7 82 07D0  A3 87 81 0000 80 D0D0D0
      """
    #expect(try record(.seekable, finish: false) == Samples.hex(expected))
  }

  @Test func `a stream has no Voids, and finishing adds nothing`() throws {
    let expected = """
      1A45DFA3 9F
        4286 81 01  42F7 81 01  42F2 81 04  42F3 81 08  4282 84 7765626D  4287 81 04  4285 81 02
      18538067 01FFFFFFFFFFFFFF
        1549A966 9B
          2AD7B1 83 0F4240  4D80 87 4F7269656C2030  5741 87 4F7269656C2030
        1654AE6B B8  AE B6
          D7 81 01  73C5 81 01  83 81 01  9C 81 00  22B59C 83 756E64  86 85 565F565038
          E0 99  B0 81 40  BA 81 30  55B0 90  55B1 81 06  55B9 81 01  55BA 81 0D  55BB 81 01
        1F43B675 01FFFFFFFFFFFFFF
          E7 81 00  A3 87 81 0000 80 000000  A3 87 81 0021 00 212121
        1F43B675 01FFFFFFFFFFFFFF
          E7 82 07D0  A3 87 81 0000 80 D0D0D0
      """
    #expect(try record(.streaming, finish: true) == Samples.hex(expected))
  }

  @Test func `a duration, padding and date are written if given`() throws {
    var muxer = try WebMMuxer(
      tracks: [.opus(number: 1, head: Samples.opusHead, name: "mic")], writingApplication: "O", mode: .streaming,
      dateUTC: 0x0102_0304_0506_0708)
    var file = MemoryFile()
    file.apply(muxer.start())
    file.apply(
      try muxer.write(
        EncodedBlock(
          track: 1, time: .milliseconds(20), isKeyFrame: true, data: [0xFC], duration: .milliseconds(20),
          discardPadding: .milliseconds(7))))
    let expected = """
      1A45DFA3 9F
        4286 81 01  42F7 81 01  42F2 81 04  42F3 81 08  4282 84 7765626D  4287 81 04  4285 81 02
      18538067 01FFFFFFFFFFFFFF
        1549A966 9A
          2AD7B1 83 0F4240  4D80 81 4F  5741 81 4F  4461 88 0102030405060708
        1654AE6B D6  AE D4
          D7 81 01  73C5 81 01  83 81 02  9C 81 00  22B59C 83 756E64  536E 83 6D6963  86 86 415F4F505553
          63A2 93 4F70757348656164 01 02 3801 80BB0000 0000 00  56AA 83 632EA0  56BB 84 04C4B400
          E1 8D  B5 88 40E7700000000000  9F 81 02
        1F43B675 01FFFFFFFFFFFFFF
          E7 81 14  A0 90  A1 85 81 0000 00 FC  9B 81 14  75A2 83 6ACFC0
      """
    #expect(file.bytes == Samples.hex(expected))
  }

  @Test func `a track's frame rate and name are written and read back`() throws {
    let track = WebMTrack.vp8(number: 1, width: 64, height: 48, frameRate: 30, name: "desk")
    let expected = """
      AE C5
        D7 81 01  73C5 81 01  83 81 01  9C 81 00  23E383 84 01FCA055  22B59C 83 756E64  536E 84 6465736B
        86 85 565F565038  E0 99  B0 81 40  BA 81 30  55B0 90  55B1 81 06  55B9 81 01  55BA 81 0D  55BB 81 01
      """
    var writer = EBMLWriter()
    track.write(into: &writer)
    #expect(writer.bytes == Samples.hex(expected))
    var muxer = try WebMMuxer(tracks: [track], writingApplication: "O")
    var file = MemoryFile()
    file.apply(muxer.start())
    #expect(try WebMReader(WebMBytes(file.bytes)).tracks == [track])
  }

  private func record(_ mode: WebMMuxer.Mode, finish: Bool) throws -> [UInt8] {
    var muxer = try Samples.muxer(mode)
    var file = MemoryFile()
    file.apply(muxer.start())
    file.apply(try muxer.write(Samples.frame(0, key: true)))
    file.apply(try muxer.write(Samples.frame(33)))
    file.apply(try muxer.write(Samples.frame(2000, key: true)))
    if finish { file.apply(muxer.finish(duration: .milliseconds(2500))) }
    return file.bytes
  }
}
