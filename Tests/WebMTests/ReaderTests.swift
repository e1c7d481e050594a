import Media
import Testing

@testable import WebM

@Suite struct ReaderTests {
  @Test func `a written recording is read back with equal tracks and blocks`() throws {
    let (file, blocks) = try Samples.recording()
    var reader = try WebMReader(WebMBytes(file.bytes))
    #expect(reader.header.docType == "webm")
    #expect(reader.info.timestampScale == 1_000_000)
    #expect(reader.info.duration == .milliseconds(3000))
    #expect(reader.info.writingApp == "Oriel 0")
    #expect(reader.tracks == [.vp8(number: 1, width: 64, height: 48), .opus(number: 2, head: Samples.opusHead)])
    #expect(reader.tracks[1].codecDelay == .nanoseconds(6_500_000))
    #expect(reader.tracks[1].codecPrivate == Samples.hex("4F70757348656164 01 02 3801 80BB0000 0000 00"))
    #expect(reader.segment.end == UInt64(file.bytes.count))

    var items: [WebMItem] = []
    while let item = try reader.next() { items.append(item) }
    let read = Samples.blocks(items)
    #expect(read.map(\.track) == blocks.map(\.track))
    #expect(read.map(\.time) == blocks.map(\.time))
    #expect(read.map(\.isKeyFrame) == blocks.map(\.isKeyFrame))
    #expect(read.map(\.duration) == blocks.map(\.duration))
    #expect(read.map(\.discardPadding) == blocks.map(\.discardPadding))
    for (block, written) in zip(read, blocks) {
      #expect(block.frames.count == 1)
      #expect(try reader.bytes(in: block.frames[0]) == written.data)
    }
    #expect(reader.endOfLastWholeBlock == read.last?.element.end)
    #expect(try reader.next() == nil)
  }

  @Test func `SeekHead and Cues point to the right elements`() throws {
    let (file, _) = try Samples.recording()
    var reader = try WebMReader(WebMBytes(file.bytes))
    #expect(reader.seekHead.map(\.id) == [.info, .tracks, .cues])
    for entry in reader.seekHead {
      #expect(try reader.window.element(at: entry.offset, limits: reader.limits)?.id == entry.id)
    }
    let cues = try reader.cues()
    #expect(cues.map(\.time) == [.milliseconds(1), .milliseconds(1501)])
    for cue in cues {
      try reader.seek(toClusterAt: cue.clusterOffset)
      var found: WebMBlock?
      while found == nil, let item = try reader.next() {
        if case .block(let block) = item, block.track == cue.track, block.isKeyFrame { found = block }
        if case .cluster(let cluster) = item { #expect(cluster.element.offset == cue.clusterOffset) }
      }
      let block = try #require(found)
      #expect(block.time == cue.time)
      let cluster = try #require(try reader.window.element(at: cue.clusterOffset, limits: reader.limits))
      #expect(block.element.offset == cluster.dataOffset + (try #require(cue.relativePosition)))
    }
    #expect(throws: WebMError.missing(.cluster, offset: 60)) { try reader.seek(toClusterAt: 60) }
  }

  @Test func `Void, CRC-32 and unknown elements are skipped`() throws {
    let bytes =
      Foreign.head + Samples.hex("BF 84 01020304")
      + Foreign.cluster(
        "BF 84 00000000  E7 81 05  EC 83 000000  42FE 81 00  A3 85 81 0001 80 AA")
      + Samples.hex("EC 80") + Foreign.cluster("E7 81 09 A3 85 81 FFFF 00 BB")
    let (items, error) = Samples.readAll(WebMBytes(bytes))
    #expect(error == nil)
    #expect(Samples.blocks(items).map(\.time) == [.milliseconds(6), .milliseconds(8)])
    #expect(Samples.blocks(items).map(\.isKeyFrame) == [true, false])
  }

  @Test func `a cluster of unknown size ends at the next child of the Segment`() throws {
    let cluster = Samples.hex("1F43B675 FF E7 81 05 A3 85 81 0000 80 AA")
    let tags = Samples.hex("1254C367 80")
    let (items, error) = Samples.readAll(WebMBytes(Foreign.head + cluster + tags + cluster))
    #expect(error == nil)
    #expect(Samples.clusters(items).count == 2)
    #expect(Samples.blocks(items).count == 2)
    #expect(items.contains { if case .element(let element) = $0 { element.id == .tags } else { false } })
  }

  @Test func `each frame of a laced block is found`() throws {
    let bytes =
      Foreign.head
      + Foreign.cluster("E7 81 05  A3 8B 81 0000 82 02 01 02 AA BB BB CC   A0 89 A1 87 81 0000 04 01 AA BB")
    let source = WebMBytes(bytes)
    let (items, error) = Samples.readAll(source)
    #expect(error == nil)
    let blocks = Samples.blocks(items)
    try #require(blocks.count == 2)
    var reader = try WebMReader(source)
    #expect(try blocks[0].frames.map { try reader.bytes(in: $0) } == [[0xAA], [0xBB, 0xBB], [0xCC]])
    #expect(try blocks[1].frames.map { try reader.bytes(in: $0) } == [[0xAA], [0xBB]])
  }

  @Test func `a second file after the first is not read`() throws {
    let (file, blocks) = try Samples.recording()
    let (stream, _) = try Samples.recording(.streaming)
    for bytes in [file.bytes, stream.bytes] {
      let (items, error) = Samples.readAll(WebMBytes(bytes + file.bytes))
      #expect(error == nil)
      #expect(Samples.blocks(items).count == blocks.count)
    }
  }

  @Test func `other files are notWebM`() throws {
    let (file, _) = try Samples.recording()
    var matroska = file.bytes
    let docType = try #require(matroska.firstRange(of: Array("webm".utf8)))
    matroska.replaceSubrange(docType, with: Array("webx".utf8))
    let png = Samples.hex("89504E470D0A1A0A0000000D49484452")
    for bytes in [[], [0x1A], Array("RIFF....AVI ".utf8), png, [UInt8](repeating: 0, count: 100), matroska] {
      #expect(throws: WebMError.notWebM(offset: 0)) { try WebMReader(WebMBytes(bytes)) }
    }
  }

  @Test func `a source's error is rethrown unchanged`() {
    struct Broken: WebMSource {
      struct Failure: Error {}
      var size: UInt64 { 1000 }
      func read(at offset: UInt64, count: Int) throws -> [UInt8] { throw Failure() }
    }
    #expect(throws: Broken.Failure.self) { try WebMReader(Broken()) }
  }

  @Test func `a source that returns fewer bytes than its size is a truncated file`() throws {
    struct Short: WebMSource {
      var bytes: [UInt8]
      var size: UInt64 { .max }
      func read(at offset: UInt64, count: Int) -> [UInt8] { WebMBytes(bytes).read(at: offset, count: count) }
    }
    let (file, blocks) = try Samples.recording(.streaming)
    let (items, error) = Samples.readAll(Short(bytes: file.bytes))
    #expect(error == nil)
    #expect(Samples.blocks(items).count == blocks.count)
    #expect(items.last == .truncated(WebMTruncation(offset: UInt64(file.bytes.count), reason: .header)))
  }
}
