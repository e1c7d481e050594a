import Testing

@testable import RTP

/// RTP headers by the diagrams of RFC 3550 §5.1 and RFC 8285 §4.
@Suite struct RTPHeaderTests {
  private let ids = Call.extensions

  @Test func `a plain header is read as RFC 3550 lays it out`() throws {
    let packet = bytes("80 E0 1234 89ABCDEF 01020304 AABB")
    let header = try RTPHeader(packet.span, ids: ids)
    #expect(header.marker)
    #expect(header.payloadType == 96)
    #expect(header.sequenceNumber == 0x1234)
    #expect(header.timestamp == 0x89AB_CDEF)
    #expect(header.ssrc == 0x0102_0304)
    #expect(header.payload == 12..<14)
    #expect(header.extensions == RTPHeaderExtensions())
  }

  @Test func `contributing sources and padding are not part of the payload`() throws {
    // P, CC = 2; three bytes of padding.
    let packet = bytes("A2 60 0001 00000002 00000003 11111111 22222222 CAFE 000003")
    let header = try RTPHeader(packet.span, ids: ids)
    #expect(!header.marker)
    #expect(header.payload == 20..<22)
  }

  @Test func `one-byte extensions are read, with padding between them`() throws {
    // mid "a", padding, abs-send-time, transport-wide number, abs-capture-time, playout-delay, content type.
    let packet = bytes(
      """
      90 60 0001 00000002 00000003 BEDE 0007
      10 61 00 22 ABCDEF
      31 1234
      47 0102030405060708
      52 00A014
      60 01
      000000
      FF
      """)
    let extensions = try RTPHeader(packet.span, ids: ids).extensions
    #expect(extensions.mid.map { Array(packet[$0]) } == Array("a".utf8))
    #expect(extensions.absSendTime == 0xABCDEF)
    #expect(extensions.transportSequenceNumber == 0x1234)
    #expect(extensions.absCaptureTime == NTPTime(rawValue: 0x0102_0304_0506_0708))
    #expect(extensions.playoutDelay == PlayoutDelay(minimumMilliseconds: 100, maximumMilliseconds: 200))
    #expect(extensions.videoContentType == .screenshare)
    #expect(try RTPHeader(packet.span, ids: ids).payload.count == 1)
  }

  @Test func `two-byte extensions are read, also with lengths and identifiers beyond the one-byte form`() throws {
    var ids = RTPHeaderExtensionIDs()
    ids.mid = 200
    ids.absSendTime = 15
    ids.audioLevel = 16
    // Application bits set; an empty element; then a MID of 17 bytes.
    let packet = bytes(
      """
      90 60 0001 00000002 00000003 1007 0008
      01 00
      C8 11 6162636465666768696A6B6C6D6E6F7071
      0F 03 010203
      10 01 8A
      000000
      """)
    let extensions = try RTPHeader(packet.span, ids: ids).extensions
    #expect(extensions.mid.map { String(decoding: packet[$0], as: UTF8.self) } == "abcdefghijklmnopq")
    #expect(extensions.absSendTime == 0x010203)
    #expect(extensions.audioLevel?.level == 10)
    #expect(extensions.audioLevel?.isVoice == true)
  }

  @Test func `the identifier 15 ends one-byte extensions`() throws {
    let packet = bytes("90 60 0001 00000002 00000003 BEDE 0002 31 0001 F0 22 ABCDEF")
    let extensions = try RTPHeader(packet.span, ids: ids).extensions
    #expect(extensions.transportSequenceNumber == 1)
    #expect(extensions.absSendTime == nil)
  }

  @Test func `an overlong element, an unexpected length and an unknown profile are ignored`() throws {
    // abs-send-time of 4 bytes that has only two.
    var packet = bytes("90 60 0001 00000002 00000003 BEDE 0001 00 23 ABCD 77")
    #expect(try RTPHeader(packet.span, ids: ids).extensions == RTPHeaderExtensions())
    #expect(try RTPHeader(packet.span, ids: ids).payload.count == 1)
    // abs-send-time of two bytes.
    packet = bytes("90 60 0001 00000002 00000003 BEDE 0001 00 21 ABCD")
    #expect(try RTPHeader(packet.span, ids: ids).extensions == RTPHeaderExtensions())
    packet = bytes("90 60 0001 00000002 00000003 CAFE 0001 22 ABCDEF")
    #expect(try RTPHeader(packet.span, ids: ids).extensions == RTPHeaderExtensions())
  }

  @Test(arguments: [
    ("80 60 0001 00000002 000000", RTPError.truncated),
    ("40 60 0001 00000002 00000003", .version),
    ("81 60 0001 00000002 00000003 0000", .truncated),
    ("90 60 0001 00000002 00000003 BEDE", .truncated),
    ("90 60 0001 00000002 00000003 BEDE 0002 00000000", .truncated),
    ("A0 60 0001 00000002 00000003", .padding),
    ("A0 60 0001 00000002 00000003 00", .padding),
    ("A0 60 0001 00000002 00000003 AA 03", .padding),
  ])
  func `an invalid RTP header is refused`(hexadecimal: String, error: RTPError) {
    #expect(throws: error) { try RTPHeader(bytes(hexadecimal).span, ids: ids) }
  }

  @Test func `sequence numbers and timestamps wrap around`() {
    #expect(SequenceNumber(rawValue: 2).distance(from: 0xFFFE) == 4)
    #expect(SequenceNumber(rawValue: 0xFFFE).distance(from: 2) == -4)
    #expect(SequenceNumber(rawValue: 0xFFFF).advanced(by: 2) == 1)
    #expect(SequenceNumber(rawValue: 1).extended(near: 0x1_FFFF) == 0x2_0001)
    #expect(SequenceNumber(rawValue: 0xFFFF).extended(near: 0x2_0001) == 0x1_FFFF)
    #expect(SequenceNumber(rawValue: 0xFFFF).extended(near: 3) == -1)
    #expect(RTPTimestamp(rawValue: 5).distance(from: 0xFFFF_FFFB) == 10)
  }
}
