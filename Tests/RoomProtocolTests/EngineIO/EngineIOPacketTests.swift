import RoomProtocol
import Testing

@Suite struct EngineIOPacketTests {
  @Test(arguments: zip("0123456", EngineIOPacket.Kind.allCases))
  func `a packet begins with the digit of its type`(digit: Character, kind: EngineIOPacket.Kind) throws {
    for version in [EngineIOVersion.v3, .v4] {
      let packet = try EngineIOPacket(text: utf8("\(digit)data")[...], version)
      #expect(packet == EngineIOPacket(kind, utf8("data")[...]))
      #expect(EngineIOFrame(packet) == .text(utf8("\(digit)data")))
    }
  }

  @Test func `a binary packet is a message in version 4 and begins with its type in version 3`() throws {
    #expect(try EngineIOPacket(binary: [], .v4) == EngineIOPacket(binary: []))
    #expect(try EngineIOPacket(binary: [4, 1], .v4).message == .binary([4, 1]))
    #expect(try EngineIOPacket(binary: [4, 1], .v3).message == .binary([1]))
    #expect(throws: EngineIOError.emptyPacket) { try EngineIOPacket(binary: [], .v3) }
    #expect(throws: EngineIOError.unknownPacketType(2)) { try EngineIOPacket(binary: [2], .v3) }
  }

  @Test func `text that is not UTF-8 or has no type is refused`() {
    #expect(throws: EngineIOError.invalidUTF8) { try EngineIOPacket(text: [0x34, 0x80], .v4) }
    #expect(throws: EngineIOError.emptyPacket) { try EngineIOPacket(text: [], .v4) }
    #expect(throws: EngineIOError.unknownPacketType(0x2F)) { try EngineIOPacket(text: utf8("/")[...], .v4) }
  }

  @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
  func `Base64 encodes and decodes 0 to 6 bytes, with and without padding`(content: String) throws {
    // RFC 4648 §10
    let vectors = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]
    let encoded = vectors[content.utf8.count]
    let payload = EngineIOPayload([.binary(utf8(content))], .v4, supportsBinary: false)
    #expect(payload == .text("b" + encoded))
    #expect(try EngineIOPacket(text: utf8("b" + encoded)[...], .v4) == EngineIOPacket(binary: utf8(content)[...]))
    let unpadded = encoded.filter { $0 != "=" }
    #expect(try EngineIOPacket(text: utf8("b" + unpadded)[...], .v4) == EngineIOPacket(binary: utf8(content)[...]))
  }
}
