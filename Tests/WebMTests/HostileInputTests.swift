import Media
import TestSupport
import Testing

@testable import WebM

@Suite struct HostileInputTests {
  @Test(arguments: [true, false])
  func `a file cut at any byte gives every whole block before the cut`(finished: Bool) throws {
    let bytes = try Samples.recording(finished ? .seekable : .streaming).file.bytes
    let allItems = Samples.readAll(WebMBytes(bytes)).items
    let whole = Samples.blocks(allItems)
    let tracksEnd = try #require(try WebMReader(WebMBytes(bytes)).preamble.last?.end)
    // The ends of elements, where a cut stream is complete.
    let seams = Set(
      whole.flatMap { [$0.element.offset, $0.element.end ?? 0] }
        + Samples.clusters(allItems).flatMap { [$0.element.offset, $0.element.dataOffset] })
    for length in 0..<bytes.count {
      let source = WebMBytes(Array(bytes[..<length]))
      guard UInt64(length) >= tracksEnd else {
        #expect(throws: WebMError.self) { try WebMReader(source) }
        continue
      }
      var reader = try WebMReader(source)
      var items: [WebMItem] = []
      while let item = try reader.next() { items.append(item) }
      let expected = whole.filter { ($0.element.end ?? .max) <= UInt64(length) }
      #expect(Samples.blocks(items) == expected)
      #expect(reader.endOfLastWholeBlock == expected.last?.element.end ?? tracksEnd)
      guard finished || !seams.contains(UInt64(length)) else { continue }
      guard case .truncated(let truncation) = items.last else {
        Issue.record("the cut at \(length) was not reported")
        continue
      }
      #expect(truncation.offset <= UInt64(length))
      #expect(truncation.description.hasSuffix("."))
    }
  }

  @Test func `zeros at the end, as after a power cut, are an error after the last whole block`() throws {
    let (file, blocks) = try Samples.recording(.streaming)
    let end = UInt64(file.bytes.count)
    var reader = try WebMReader(WebMBytes(file.bytes + [UInt8](repeating: 0, count: 5000)))
    var items: [WebMItem] = []
    #expect(throws: WebMError.invalidElementID(offset: end)) {
      while let item = try reader.next() { items.append(item) }
    }
    #expect(Samples.blocks(items).count == blocks.count)
    #expect(reader.endOfLastWholeBlock == end)
    #expect(try reader.next() == nil)
  }

  @Test func `random damage gives an error or fewer blocks, and never traps`() throws {
    var random = SeededRandom(seed: 0x0E1)
    let originals = [try Samples.recording().file.bytes, try Samples.recording(.streaming).file.bytes]
    var errors = 0
    for _ in 0..<6000 {
      var bytes = originals[Int.random(in: 0..<2, using: &random)]
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.remove(at: at)
        default: bytes.insert([0x00, 0x01, 0x7F, 0xFF].randomElement(using: &random) ?? 0, at: at)
        }
      }
      let (items, error) = Samples.readAll(WebMBytes(bytes))
      if error != nil { errors += 1 }
      var reader = try? WebMReader(WebMBytes(bytes))
      for block in Samples.blocks(items) {
        for frame in block.frames { #expect(throws: Never.self) { _ = try reader?.bytes(in: frame) } }
      }
    }
    #expect(errors > 1000)
  }

  @Test func `random elements after a valid header never trap`() {
    var random = SeededRandom(seed: 42)
    let pieces = [
      "1F43B675", "FF", "E7", "A3", "A0", "A1", "81", "82", "84", "06", "00", "01FFFFFFFFFFFFFF", "EC", "9B",
    ]
    .map(Samples.hex)
    for _ in 0..<4000 {
      var bytes = Foreign.head
      for _ in 0..<Int.random(in: 1...40, using: &random) { bytes += pieces.randomElement(using: &random) ?? [] }
      _ = Samples.readAll(WebMBytes(bytes))
    }
  }

  @Test(
    arguments: [
      ("E7 81 05 A3 83 81 0000", .invalidBlock(offset: 64)),
      ("E7 81 05 A3 84 80 0000 00", .invalidBlock(offset: 64)),
      ("E7 81 05 A3 85 00 000000 00", .invalidBlock(offset: 64)),
      ("E7 81 05 A3 85 81 0000 02 05", .invalidBlock(offset: 64)),
      ("A3 85 81 0000 80 AA", .missing(.timestamp, offset: 61)),
      ("E7 81 05 A3 FF 81 0000 80 AA", .unknownSize(.simpleBlock, offset: 64)),
      ("E7 81 05 A3 8F 81 0000 80 AA", .exceedsParent(.simpleBlock, offset: 64)),
      ("E7 81 05 A0 83 9B 81 05", .missing(.block, offset: 64)),
      ("E7 81 05 A0 82 A1 85", .exceedsParent(.block, offset: 66)),
      ("E7 88 7FFFFFFFFFFFFFFF", .invalidValue(.timestamp, offset: 61)),
      ("E7 89 000000000000000000", .limitExceeded(.timestamp, offset: 61)),
      ("E7 81 05 1F43B675 80", .misplaced(.cluster, offset: 64)),
      ("E7 81 05 00", .invalidElementID(offset: 64)),
    ] as [(String, WebMError)])
  func `a damaged cluster gives an error with the offset of the damage`(hex: String, expected: WebMError) {
    #expect(Foreign.head.count == 56)
    let (_, error) = Samples.readAll(WebMBytes(Foreign.head + Foreign.cluster(hex)))
    #expect(error == expected)
    #expect(error?.description.contains("byte \(expected.offset)") == true)
  }

  @Test func `elements that claim to be huge are not loaded`() {
    let start = Samples.hex("1A45DFA3 87 4282 84 7765626D 18538067 01FFFFFFFFFFFFFF")
    struct Endless: WebMSource {
      var head: [UInt8]
      var size: UInt64 { .max }
      func read(at offset: UInt64, count: Int) -> [UInt8] {
        #expect(count <= WebMLimits.elementSize)
        guard offset < UInt64(head.count) else { return [UInt8](repeating: 0, count: count) }
        let rest = head[Int(offset)...].prefix(count)
        return Array(rest) + [UInt8](repeating: 0, count: count - rest.count)
      }
    }
    let cases: [(String, WebMError)] = [
      ("1654AE6B 01FFFFFFFFFFFF00", .limitExceeded(.tracks, offset: 24)),
      ("1549A966 0801000001", .limitExceeded(.info, offset: 24)),
      // The largest allowed size: it is loaded, and contains no element.
      ("1549A966 0801000000", .invalidElementID(offset: 33)),
    ]
    for (hex, expected) in cases {
      #expect(Samples.readAll(Endless(head: start + Samples.hex(hex))).error == expected)
    }
  }

  @Test func `too many tracks or elements are limitExceeded`() {
    let start = Samples.hex("1A45DFA3 87 4282 84 7765626D 18538067 01FFFFFFFFFFFFFF")
    let voids = (0...WebMLimits.preambleElements).flatMap { _ in Samples.hex("EC80") }
    #expect(throws: WebMError.limitExceeded(.segment, offset: 12)) { try WebMReader(WebMBytes(start + voids)) }
    var writer = EBMLWriter()
    writer.master(.tracks) { tracks in
      for _ in 0...WebMLimits.tracks { WebMTrack.vp8(number: 1, width: 1, height: 1).write(into: &tracks) }
    }
    #expect(throws: WebMError.limitExceeded(.tracks, offset: 24)) {
      try WebMReader(WebMBytes(start + writer.bytes))
    }
  }
}
