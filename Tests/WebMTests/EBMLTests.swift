import Testing

@testable import WebM

@Suite struct EBMLTests {
  @Test(
    arguments: [
      ("81", 1, 1), ("FE", 126, 1), ("407F", 127, 2), ("4001", 1, 2), ("7FFE", 16_382, 2), ("203FFF", 16_383, 3),
      ("08000001", nil, nil), ("0801000000", 0x100_0000, 5), ("01FFFFFFFFFFFFFE", 0xFF_FFFF_FFFF_FFFE, 8),
    ] as [(String, UInt64?, Int?)])
  func `variable-size integers are parsed as in RFC 8794`(text: String, value: UInt64?, length: Int?) throws {
    let bytes = Samples.hex(text)
    let vint = try VINT.parse(bytes.span, at: 0, maximumLength: 8, offset: 0)
    #expect(vint?.value == value)
    #expect(vint?.length == length)
  }

  @Test(arguments: [0, 1, 126, 127, 128, 16_382, 16_383, 2_097_150, 2_097_151, VINT.maximumSize] as [UInt64])
  func `a size is written in the fewest bytes and never as unknown`(size: UInt64) throws {
    var writer = EBMLWriter()
    writer.size(size)
    let bytes = writer.bytes
    let vint = try #require(try VINT.parse(bytes.span, at: 0, maximumLength: 8, offset: 0))
    #expect(vint == VINT(value: size, length: bytes.count))
    #expect(!vint.isAllOnes)
    #expect(bytes.count == 1 || size >= VINT.allOnes(length: bytes.count - 1))
  }

  @Test func `a size longer than the file allows is invalidSize at its offset`() {
    let bytes: [UInt8] = [0x01, 0, 0, 0, 0, 0, 0, 1]
    #expect(throws: WebMError.invalidSize(offset: 7)) {
      try VINT.parse(bytes.span, at: 0, maximumLength: 4, offset: 7)
    }
    #expect(throws: WebMError.invalidSize(offset: 0)) {
      try VINT.parse([0x00, 1].span, at: 0, maximumLength: 8, offset: 0)
    }
  }

  @Test func `elements are written byte for byte`() {
    var writer = EBMLWriter()
    writer.unsigned(.timestampScale, 1_000_000)
    writer.unsigned(.timestamp, 0)
    writer.unsigned(.seekPosition, 5, length: 8)
    writer.signed(.referenceBlock, -33)
    writer.signed(.discardPadding, 128)
    writer.float(.duration, 1)
    writer.string(.docType, "webm")
    writer.master(.seek) { $0.void(total: 2) }
    let expected = """
      2AD7B1 83 0F4240   E7 81 00   53AC 88 0000000000000005   FB 81 DF   75A2 82 0080
      4489 88 3FF0000000000000   4282 84 7765626D   4DBB 82 EC 80
      """
    #expect(writer.bytes == Samples.hex(expected))
  }

  @Test(arguments: [2, 3, 11, 96, 128, 129, 500])
  func `a Void has exactly the requested length`(total: Int) throws {
    var writer = EBMLWriter()
    writer.void(total: total)
    #expect(writer.bytes.count == total)
    let header = try #require(
      try ElementHeader.parse(writer.bytes.span, at: 0, limits: EBMLLimits(), offset: 0))
    #expect(header.id == .void)
    #expect(header.size == UInt64(total - header.length))
  }

  @Test(arguments: ["00", "80", "FF", "407E80", "7FFF80", "0842868080", "1FFFFFFF80", "1000000080"])
  func `an identifier that is reserved, too long or not the shortest is rejected`(text: String) {
    #expect(throws: WebMError.invalidElementID(offset: 9)) {
      try ElementHeader.parse(Samples.hex(text).span, at: 0, limits: EBMLLimits(), offset: 9)
    }
  }

  @Test func `numbers of every length that EBML allows are parsed, others rejected`() throws {
    func read<Value>(_ text: String, _ body: (EBMLChild, [UInt8]) throws -> Value) throws -> Value {
      let bytes = Samples.hex(text)
      var cursor = EBMLCursor(bytes.indices, base: 100, limits: EBMLLimits())
      return try body(try #require(try cursor.next(in: bytes.span)), bytes)
    }
    #expect(try read("E780") { try $0.unsigned(in: $1.span) } == 0)
    #expect(try read("E788FFFFFFFFFFFFFFFF") { try $0.unsigned(in: $1.span) } == .max)
    #expect(try read("FB81FF") { try $0.signed(in: $1.span) } == -1)
    #expect(try read("FB888000000000000000") { try $0.signed(in: $1.span) } == .min)
    #expect(try read("4489843F800000") { try $0.float(in: $1.span) } == 1)
    #expect(try read("4489883FF0000000000000") { try $0.float(in: $1.span) } == 1)
    #expect(try read("428286776562006D00") { $0.string(in: $1.span) } == "web")
    #expect(throws: WebMError.invalidValue(.timestamp, offset: 100)) {
      try read("E789FFFFFFFFFFFFFFFFFF") { try $0.unsigned(in: $1.span) }
    }
    #expect(throws: WebMError.invalidValue(.timestamp, offset: 100)) {
      try read("E788FFFFFFFFFFFFFFFF") { try $0.integer(in: $1.span) }
    }
    #expect(throws: WebMError.invalidValue(.duration, offset: 100)) {
      try read("4489820000") { try $0.float(in: $1.span) }
    }
    #expect(throws: WebMError.exceedsParent(.timestamp, offset: 100)) { try read("E78200") { _, _ in } }
    #expect(throws: WebMError.unknownSize(.timestamp, offset: 100)) { try read("E7FF00") { _, _ in } }
    #expect(throws: WebMError.invalidElementID(offset: 100)) { try read("42") { _, _ in } }
  }
}
