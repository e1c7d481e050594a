import Media
import Testing

@testable import RTP

/// Each RTCP packet as in the diagram of its specification, parsed and written back byte for byte.
@Suite struct RTCPVectorTests {
  private func expect(
    _ hexadecimal: String, _ expected: RTCPPacket, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let vector = bytes(hexadecimal)
    let (packets, errors) = RTCPPacket.all(in: vector)
    #expect(packets == [expected], sourceLocation: sourceLocation)
    #expect(errors.isEmpty, sourceLocation: sourceLocation)
    #expect(expected.bytes == vector, sourceLocation: sourceLocation)
    #expect(expected.encodedSizeLimit >= vector.count, sourceLocation: sourceLocation)
  }

  private var block: RTCPReportBlock {
    var block = RTCPReportBlock(ssrc: 0x0A0B_0C0D)
    block.fractionLost = 0x40
    block.cumulativeLost = -2
    block.highestSequence = 0x0001_FFFE
    block.jitter = 0x55
    block.lastSenderReport = 0xDEAD_BEEF
    block.delaySinceLastSenderReport = 0x0001_8000
    return block
  }

  private let blockBytes = "0A0B0C0D 40 FFFFFE 0001FFFE 00000055 DEADBEEF 00018000"

  @Test func `sender report, RFC 3550 §6.4.1`() {
    var report = RTCPSenderReport(
      ssrc: 0x1122_3344, ntpTime: NTPTime(rawValue: 0xE0E1_E2E3_8000_0000), rtpTimestamp: 0x0102_0304,
      packetCount: 7, octetCount: 900)
    expect(
      "80 C8 0006 11223344 E0E1E2E3 80000000 01020304 00000007 00000384", .senderReport(report))
    report.blocks = [block]
    expect(
      "81 C8 000C 11223344 E0E1E2E3 80000000 01020304 00000007 00000384 \(blockBytes)", .senderReport(report))
  }

  @Test func `receiver report, RFC 3550 §6.4.2`() {
    expect("80 C9 0001 11223344", .receiverReport(RTCPReceiverReport(ssrc: 0x1122_3344)))
    expect(
      "82 C9 000D 11223344 \(blockBytes) \(blockBytes)",
      .receiverReport(RTCPReceiverReport(ssrc: 0x1122_3344, blocks: [block, block])))
  }

  @Test func `a profile-specific extension after the report blocks is skipped`() {
    let (packets, errors) = RTCPPacket.all(in: bytes("80 C9 0002 11223344 CAFECAFE"))
    #expect(packets == [.receiverReport(RTCPReceiverReport(ssrc: 0x1122_3344))])
    #expect(errors.isEmpty)
  }

  @Test func `source description, RFC 3550 §6.5, with each length of padding`() {
    for (name, padding) in [("ab", "00000000"), ("abc", "000000"), ("abcd", "0000"), ("abcde", "00")] {
      let text = name.utf8.map { String($0, radix: 16) }.joined()
      let size = (4 + 4 + 2 + name.utf8.count + padding.count / 2) / 4 - 1
      let item = RTCPSourceDescription.Item(type: 1, text: Array(name.utf8))
      expect(
        "81 CA 000\(size) 11223344 01 0\(name.utf8.count) \(text) \(padding)",
        .sourceDescription(
          RTCPSourceDescription(chunks: [RTCPSourceDescription.Chunk(ssrc: 0x1122_3344, items: [item])])))
    }
  }

  @Test func `source description of two streams with several items`() {
    let description = RTCPSourceDescription(chunks: [
      .init(ssrc: 1, items: [.init(type: 1, text: Array("x".utf8)), .init(type: 2, text: [])]),
      .init(ssrc: 2, items: []),
    ])
    expect("82 CA 0005 00000001 0101 78 0200 000000 00000002 00000000", .sourceDescription(description))
    #expect(description.chunks[0].cname == "x")
    #expect(description.chunks[1].cname == nil)
  }

  @Test func `goodbye, RFC 3550 §6.6, with and without a reason`() {
    expect("82 CB 0002 00000001 00000002", .goodbye(RTCPGoodbye(ssrcs: [1, 2])))
    expect("81 CB 0002 00000001 03 627965", .goodbye(RTCPGoodbye(ssrcs: [1], reason: Array("bye".utf8))))
  }

  @Test func `NACK, RFC 4585 §6.2.1`() {
    let nack = RTCPNack(
      sender: 1, media: 2, entries: [.init(packetID: 0xFFFE, following: 0x8005), .init(packetID: 0x20)])
    expect("81 CD 0004 00000001 00000002 FFFE 8005 0020 0000", .nack(nack))
    // −2: itself, 1 on, 3 on, and 16 on.
    #expect(
      RTCPNack(sender: 1, media: 2, lost: [0xFFFE, 0xFFFF, 0x0001, 0x000E, 0x0020]) == nack)
  }

  @Test func `PLI, RFC 4585 §6.3.1`() {
    expect("81 CE 0002 00000001 00000002", .pictureLoss(RTCPPictureLoss(sender: 1, media: 2)))
  }

  @Test func `FIR, RFC 5104 §4.3.1`() {
    expect(
      "84 CE 0006 00000001 00000000 00000002 05000000 00000003 FF000000",
      .fullIntraRequest(
        RTCPFullIntraRequest(
          sender: 1, entries: [.init(ssrc: 2, commandNumber: 5), .init(ssrc: 3, commandNumber: 255)])))
  }

  @Test func `REMB, draft-alvestrand-rmcat-remb §2.2`() {
    // 2 to the 4th times 200000.
    expect(
      "8F CE 0006 00000001 00000000 52454D42 02 130D40 00000007 00000008",
      .maximumBitrate(RTCPMaximumBitrate(sender: 1, bitrate: 3_200_000, ssrcs: [7, 8])))
  }

  @Test func `REMB keeps 18 bits of a bitrate, and an overflowing one is refused`() throws {
    let written = RTCPPacket.maximumBitrate(RTCPMaximumBitrate(sender: 1, bitrate: 0xFFFF_FFFF, ssrcs: [])).bytes
    guard case .maximumBitrate(let read)? = RTCPPacket.all(in: written).packets.first else {
      Issue.record("not read")
      return
    }
    #expect(read.bitrate == 0xFFFF_C000)
    let largest = RTCPPacket.maximumBitrate(RTCPMaximumBitrate(sender: 1, bitrate: .max, ssrcs: []))
    #expect(RTCPPacket.all(in: largest.bytes).errors.isEmpty)
    let (packets, errors) = RTCPPacket.all(in: bytes("8F CE 0004 00000001 00000000 52454D42 00 FFFFFF"))
    #expect(packets.isEmpty)
    #expect(errors == [.value])
    // The count is one SSRC, but there is none.
    #expect(RTCPPacket.all(in: bytes("8F CE 0004 00000001 00000000 52454D42 01 1586A0")).errors == [.length])
  }

  @Test func `other application-layer feedback and other types are kept as they are`() {
    expect(
      "8F CE 0003 00000001 00000000 41424344",
      .unknown(RTCPUnknown(type: 206, count: 15, body: bytes("00000001 00000000 41424344"))))
    expect("80 CF 0001 00000001", .unknown(RTCPUnknown(type: 207, count: 0, body: bytes("00000001"))))
  }

  @Test func `a compound is split into its packets, and only the last may be padded`() {
    let compound = bytes("80 C9 0001 00000001 A1 CE 0003 00000001 00000002 00000004")
    #expect(
      RTCPPacket.all(in: compound).packets == [
        .receiverReport(RTCPReceiverReport(ssrc: 1)), .pictureLoss(RTCPPictureLoss(sender: 1, media: 2)),
      ])
    let padded = bytes("A0 C9 0002 00000001 00000004 81 CE 0002 00000001 00000002")
    #expect(RTCPPacket.all(in: padded).errors == [.padding])
    #expect(RTCPPacket.all(in: padded).packets.isEmpty)
  }

  @Test func `a malformed packet within a compound is skipped, the next one is read`() {
    // A PLI of one word too few, then one that is right.
    let compound = bytes("81 CE 0001 00000001 81 CE 0002 00000001 00000002")
    let (packets, errors) = RTCPPacket.all(in: compound)
    #expect(packets == [.pictureLoss(RTCPPictureLoss(sender: 1, media: 2))])
    #expect(errors == [.truncated])
  }

  @Test(arguments: [
    ("81", RTPError.truncated), ("81 CE 00", .truncated), ("81 CE 0003 00000001 00000002", .truncated),
    ("41 CE 0002 00000001 00000002", .version), ("A1 CE 0002 00000001 00000000", .padding),
    ("A1 CE 0002 00000001 0000000C", .padding), ("A1 CE 0002 00000001 00000003", .padding),
    ("9F C9 0001 00000001", .truncated), ("9F C8 0000", .truncated), ("9F CB 0001 00000001", .truncated),
    ("81 CA 0002 00000001 01FF6162", .truncated), ("81 CA 0002 00000001 01026162", .truncated),
    ("81 CD 0002 00000001 00000002", .length), ("84 CE 0002 00000001 00000000", .length),
  ])
  func `an invalid RTCP packet is refused`(hexadecimal: String, error: RTPError) {
    let (packets, errors) = RTCPPacket.all(in: bytes(hexadecimal))
    #expect(packets.isEmpty)
    #expect(errors == [error])
  }
}
