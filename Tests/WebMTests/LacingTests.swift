import Testing

@testable import WebM

@Suite struct LacingTests {
  /// The three frames of RFC 9559 §10.3: 800, 500 and 1000 bytes.
  private let sizes: [UInt64] = [800, 500, 1000]

  @Test func `Xiph lacing adds bytes until one is below 255`() throws {
    let lace = try LaceSizes(
      Samples.hex("02 FFFFFF23 FFF5").span, total: 2300 + 7, lacing: .xiph, offset: 0)
    #expect(lace == LaceSizes(sizes: sizes, length: 7))
  }

  @Test func `EBML lacing has the first size and then differences`() throws {
    let lace = try LaceSizes(Samples.hex("02 4320 5ED3").span, total: 2300 + 5, lacing: .ebml, offset: 0)
    #expect(lace == LaceSizes(sizes: sizes, length: 5))
  }

  @Test func `fixed lacing divides evenly`() throws {
    let lace = try LaceSizes([2].span, total: 1 + 2400, lacing: .fixed, offset: 0)
    #expect(lace == LaceSizes(sizes: [800, 800, 800], length: 1))
  }

  @Test(
    arguments: [
      ("", 0, .xiph), ("02", 1, .xiph), ("02FFFF", 3, .xiph), ("020505", 12, .xiph), ("01", 2, .fixed),
      ("", 0, .fixed), ("02", 1, .ebml), ("0285", 40, .ebml), ("02 81 80", 40, .ebml),
      ("01 01FFFFFFFFFFFFFF", 40, .ebml),
      ("02 01FFFFFFFFFFFFFE 01FFFFFFFFFFFFFE", 40, .ebml), ("01 00", 40, .ebml),
    ] as [(String, UInt64, BlockHeader.Lacing)])
  func `sizes that do not add up are rejected`(text: String, total: UInt64, lacing: BlockHeader.Lacing) {
    #expect(throws: (any Error).self) {
      try LaceSizes(Samples.hex(text).span, total: total, lacing: lacing, offset: 5)
    }
  }
}
