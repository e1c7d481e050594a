import RoomProtocol
import TestSupport
import Testing

@Suite struct EngineIOPayloadTests {
  private func read(_ payload: EngineIOPayload, _ version: EngineIOVersion) throws -> [EngineIOPacket] {
    var reader = try EngineIOPayloadReader(payload, version)
    var packets: [EngineIOPacket] = []
    while let packet = try reader.next() { packets.append(packet) }
    #expect(try reader.next() == nil)
    return packets
  }

  private func message(_ text: String) -> EngineIOPacket { EngineIOPacket(.message, utf8(text)[...]) }

  /// The examples of the two protocol documents.
  @Test func `a version 4 payload separates packets and encodes bytes in Base64`() throws {
    let packets = [message("hello"), EngineIOPacket(.ping), message("world"), EngineIOPacket(binary: [1, 2, 3, 4])]
    let payload = EngineIOPayload(packets.map(EngineIOFrame.init), .v4, supportsBinary: true)
    #expect(payload == .text("4hello\u{1e}2\u{1e}4world\u{1e}bAQIDBA=="))
    #expect(try read(payload, .v4) == packets)
    #expect(payload.contentType == "text/plain; charset=UTF-8")
  }

  @Test func `a version 3 text payload counts characters and encodes bytes in Base64`() throws {
    let packets = [message("€"), EngineIOPacket(binary: [1, 2, 3, 4])]
    let payload = EngineIOPayload(packets.map(EngineIOFrame.init), .v3, supportsBinary: false)
    #expect(payload == .text("2:4€10:b4AQIDBA=="))
    #expect(try read(payload, .v3) == packets)
  }

  @Test func `a version 3 payload with bytes has a binary body`() throws {
    let packets = [message("€"), EngineIOPacket(binary: [1, 2, 3, 4])]
    let payload = EngineIOPayload(packets.map(EngineIOFrame.init), .v3, supportsBinary: true)
    let expected: [UInt8] = [0, 4, 0xFF, 0x34, 0xE2, 0x82, 0xAC, 1, 5, 0xFF, 4, 1, 2, 3, 4]
    #expect(payload == EngineIOPayload(bytes: expected, isBinary: true))
    #expect(try read(payload, .v3) == packets)
    #expect(payload.contentType == "application/octet-stream")
    #expect(EngineIOPayload([EngineIOFrame(packets[0])], .v3, supportsBinary: true) == .text("2:4€"))
  }

  @Test func `a character outside the basic plane counts as two in version 3`() throws {
    let payload = EngineIOPayload(
      [EngineIOFrame(message: "😀é"), EngineIOFrame(message: "b")], .v3, supportsBinary: false)
    #expect(payload == .text("4:4😀é2:4b"))
    #expect(try read(payload, .v3) == [message("😀é"), message("b")])
  }

  @Test(
    arguments: [
      ("", .emptyPacket), ("4a\u{1e}", .emptyPacket), ("\u{1e}4a", .emptyPacket), ("9", .unknownPacketType(0x39)),
      ("7x", .unknownPacketType(0x37)), ("bA", .invalidBase64), ("b!!!!", .invalidBase64), ("b=", .invalidBase64),
    ] as [(String, EngineIOError)])
  func `an invalid version 4 payload is refused`(body: String, error: EngineIOError) {
    #expect(throws: error) { try read(.text(body), .v4) }
  }

  @Test(
    arguments: [
      ("", .invalidLength), (":4", .invalidLength), ("4hello", .invalidLength), ("6:4hell", .invalidLength),
      ("2:4😀", .invalidLength), ("0:", .emptyPacket), ("-1:4", .invalidLength),
      ("99999999999999999999:4", .invalidLength), ("6:b5AQID", .invalidBase64), ("1:42:4", .invalidLength),
      ("1:9", .unknownPacketType(0x39)),
    ] as [(String, EngineIOError)])
  func `an invalid version 3 payload is refused`(body: String, error: EngineIOError) {
    #expect(throws: error) { try read(.text(body), .v3) }
  }

  @Test(
    arguments: [
      [], [0], [0, 1], [0, 0xFF], [0, 2, 0xFF, 0x34], [1, 1, 0xFF, 0x34], [1, 0, 0xFF], [2, 1, 0xFF, 0x34],
      [0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0xFF, 1], [0, 10, 0xFF, 0x34],
      [0, 2, 0xFF, 0x34, 0xC3],
    ] as [[UInt8]])
  func `an invalid binary version 3 payload is refused`(body: [UInt8]) {
    #expect(throws: EngineIOError.self) { try read(EngineIOPayload(bytes: body, isBinary: true), .v3) }
  }

  @Test func `a body that is not UTF-8 is refused`() {
    for version in [EngineIOVersion.v3, .v4] {
      let body = EngineIOPayload(bytes: utf8("2:4") + [0xC3], isBinary: false)
      #expect(throws: EngineIOError.invalidUTF8) { try read(body, version) }
    }
    #expect(throws: EngineIOError.self) { try read(EngineIOPayload(bytes: [0, 1, 0xFF, 0x34], isBinary: true), .v4) }
  }

  @Test(arguments: [EngineIOVersion.v3, .v4], [true, false])
  func `random packets are read back as written`(version: EngineIOVersion, supportsBinary: Bool) throws {
    var random = SeededRandom(seed: UInt64(version.rawValue))
    for _ in 0..<200 {
      let packets = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        Bool.random(using: &random)
          ? EngineIOPacket(binary: random.bytes(upTo: 100)[...]) : message(random.text(upTo: 100))
      }
      let payload = EngineIOPayload(packets.map(EngineIOFrame.init), version, supportsBinary: supportsBinary)
      #expect(try read(payload, version) == packets)
    }
  }
}
