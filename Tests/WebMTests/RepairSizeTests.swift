import Media
import Testing

@testable import WebM

/// The first `size` bytes of a source.
private struct CutSource: WebMSource {
  var file: SparseFile
  var size: UInt64

  func read(at offset: UInt64, count: Int) -> [UInt8] {
    guard offset < size else { return [] }
    return file.read(at: offset, count: Int(min(UInt64(count), size - offset)))
  }
}

@Suite struct RepairSizeTests {
  @Test func `a file of more than 4 GiB is repaired in place and rewritten`() throws {
    let file = try LongRecording().file
    let whole = try WebMRepair(file)
    #expect(whole.isHealthy)
    // Without half of the last frame, and the index.
    let blocks = UInt64(LongRecording.frames) - 1
    let source = CutSource(file: file, size: file.size - 600_000)
    let repair = try WebMRepair(source)
    #expect(repair.report.blocks == blocks)
    #expect(repair.report.indexed == 96)
    let steps = try #require(try repair.steps)
    var rewriter = repair.rewriting()
    var size: UInt64 = 0
    while let steps = try rewriter.next() {
      for step in steps {
        switch step {
        case .append(let bytes): size += UInt64(bytes.count)
        case .copy(let range): size += UInt64(range.count)
        default: break
        }
      }
    }
    #expect(size > 1 << 32)
    #expect(steps.count < 20)
  }

  @Test func `a repair of 40 000 small clusters keeps its index and edits bounded`() throws {
    var bytes = Foreign.head
    for cluster in 0..<40_000 {
      var writer = EBMLWriter()
      writer.id(.cluster)
      writer.unknownSize()
      writer.unsigned(.timestamp, UInt64(cluster * 40))
      for _ in 0..<5 { writer.binary(.simpleBlock, [0x81, 0, 0, 0x80, 1]) }
      bytes += writer.bytes
    }
    let repair = try WebMRepair(WebMBytes(bytes))
    #expect(repair.report.blocks == 200_000)
    #expect(repair.report.indexed <= CueList.capacity)
    #expect(repair.survey.edits.count <= 4096)
  }
}
