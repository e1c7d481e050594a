import FuzzChecks
import Media
import Testing

@testable import WebM

@Suite struct RepairTests {
  private func inPlace(_ bytes: [UInt8]) throws -> [UInt8] {
    var file = RepairedFile(inPlace: bytes)
    for step in try #require(try WebMRepair(WebMBytes(bytes)).steps) { file.apply(step) }
    return file.bytes
  }

  private func rewritten(_ bytes: [UInt8]) throws -> [UInt8] {
    var file = RepairedFile(from: bytes)
    var rewriter = try WebMRepair(WebMBytes(bytes)).rewriting()
    while let steps = try rewriter.next() { for step in steps { file.apply(step) } }
    return file.bytes
  }

  /// Track, time, key frame flag and frames of each block of a file.
  private func contents(_ bytes: [UInt8]) throws -> [String] {
    var reader = try WebMReader(WebMBytes(bytes))
    return try Samples.blocks(Samples.readAll(WebMBytes(bytes)).items).map { block in
      let frames = try block.frames.map { try reader.bytes(in: $0) }
      return "\(block.track) \(block.time) \(block.isKeyFrame) \(frames)"
    }
  }

  private func unfinished() throws -> [UInt8] {
    var muxer = try Samples.muxer(withAudio: true)
    var file = MemoryFile()
    file.apply(muxer.start())
    for block in try Samples.recording().blocks { file.apply(try muxer.write(block)) }
    return file.bytes
  }

  @Test func `a recording cut at any byte is repaired to all whole blocks before the cut`() throws {
    for bytes in [try Samples.recording().file.bytes, try unfinished(), try Samples.recording(.streaming).file.bytes] {
      let first = try #require(Samples.blocks(Samples.readAll(WebMBytes(bytes)).items).first?.element.end)
      for length in 0..<bytes.count {
        let cut = Array(bytes[..<length])
        WebMChecks.check(cut)
        guard UInt64(length) >= first else {
          #expect(throws: WebMError.self) { try WebMRepair(WebMBytes(cut)) }
          continue
        }
        let repair = try WebMRepair(WebMBytes(cut))
        let kept = try contents(cut)
        #expect(repair.report.blocks == UInt64(kept.count))
        #expect(try contents(rewritten(cut)) == kept)
        guard try repair.steps != nil else { continue }
        let repaired = try inPlace(cut)
        #expect(try contents(repaired) == kept)
        #expect(try WebMRepair(WebMBytes(repaired)).isHealthy)
      }
    }
  }

  @Test func `an unfinished Oriel file is repaired in place to the same bytes as a finished one`() throws {
    let bytes = try unfinished()
    let steps = try #require(try WebMRepair(WebMBytes(bytes)).steps)
    for step in steps {
      if case .copy = step { Issue.record("an Oriel file is copied") }
    }
    let repaired = try inPlace(bytes)
    let reader = try WebMReader(WebMBytes(repaired))
    let finished = try Samples.recording().file.bytes
    #expect(reader.segment.end == UInt64(repaired.count))
    #expect(repaired.count == finished.count)
    // A repair does not know the duration given to `finish`: here the last block has one that ends at the same time.
    #expect(reader.info.duration == .milliseconds(3000))
    #expect(repaired == finished)
  }

  @Test func `a healthy file needs no steps`() throws {
    let repair = try WebMRepair(WebMBytes(try Samples.recording().file.bytes))
    #expect(repair.isHealthy)
    #expect(try repair.steps == [])
  }

  @Test func `a stream without room for an index is rewritten with all its blocks`() throws {
    let bytes = try Samples.recording(.streaming).file.bytes
    #expect(try WebMRepair(WebMBytes(bytes)).steps == nil)
    let repaired = try rewritten(bytes)
    #expect(try contents(repaired) == contents(bytes))
    var reader = try WebMReader(WebMBytes(repaired))
    #expect(reader.tracks == (try WebMReader(WebMBytes(bytes)).tracks))
    #expect(reader.seekHead.map(\.id) == [.info, .tracks, .cues])
    let cues = try reader.cues()
    #expect(cues.map(\.time) == [.milliseconds(1), .milliseconds(1501)])
    for cue in cues {
      try reader.seek(toClusterAt: cue.clusterOffset)
      var item = try reader.next()
      guard case .cluster(let cluster) = item else {
        Issue.record("no cluster at a cue")
        continue
      }
      let offset = cluster.element.dataOffset + (cue.relativePosition ?? 0)
      while let next = item {
        if case .block(let block) = next, block.element.offset == offset {
          #expect(block.time == cue.time && block.isKeyFrame && block.track == cue.track)
          break
        }
        item = try reader.next()
      }
      #expect(item != nil)
    }
  }

  @Test func `an incomplete last block, and zeros after a power cut, are dropped and counted`() throws {
    let bytes = try unfinished()
    let half = try WebMRepair(WebMBytes(bytes.dropLast(2) + []))
    #expect(half.report.tail == .halfBlock)
    #expect(half.report.droppedBytes > 2)
    let zeros = try WebMRepair(WebMBytes(bytes + [UInt8](repeating: 0, count: 5000)))
    #expect(zeros.report.tail == .zeros)
    #expect(zeros.report.droppedBytes == 5000)
    #expect(try inPlace(bytes + [UInt8](repeating: 0, count: 5000)) == inPlace(bytes))
  }

  @Test(arguments: [true, false])
  func `damage in the middle loses only the rest of its cluster`(finished: Bool) throws {
    var bytes = finished ? try Samples.recording().file.bytes : try Samples.recording(.streaming).file.bytes
    let all = Samples.blocks(Samples.readAll(WebMBytes(bytes)).items)
    let hit = all[4]
    for i in hit.element.offset..<hit.element.offset + 6 { bytes[Int(i)] = 0 }
    let repair = try WebMRepair(WebMBytes(bytes))
    #expect(!repair.isHealthy)
    #expect(repair.report.skippedPlaces == 1)
    let kept = all.filter { $0.element.offset < hit.element.offset || $0.clusterOffset != hit.clusterOffset }
    #expect(repair.report.blocks == UInt64(kept.count) && kept.count < all.count)
    #expect(repair.report.skippedBytes > 6)
    #expect(try repair.steps == nil)
    let repaired = try rewritten(bytes)
    #expect(Samples.blocks(Samples.readAll(WebMBytes(repaired)).items).map(\.time) == kept.map(\.time))
    WebMChecks.check(bytes)
  }

  @Test func `a damaged block with valid bounds is skipped alone`() throws {
    var bytes = try Samples.recording().file.bytes
    let all = Samples.blocks(Samples.readAll(WebMBytes(bytes)).items)
    bytes[Int(all[4].element.dataOffset)] = 0
    let repaired = try rewritten(bytes)
    let kept = Samples.blocks(Samples.readAll(WebMBytes(repaired)).items)
    #expect(kept.map(\.time) == (all[..<4] + all[5...]).map(\.time))
  }

  @Test func `a Matroska file is repaired and keeps its DocType`() throws {
    var bytes = Samples.hex("1A45DFA3 8B 4282 88 6D6174726F736B61") + Foreign.head[12...]
    bytes += Foreign.cluster("E7 81 05 A3 85 81 0000 80 AA A3 85 81 0028 00 AB")
    let repaired = try rewritten(bytes)
    let again = try WebMRepair(WebMBytes(repaired))
    #expect(again.isHealthy)
    #expect(again.reader.header.docType == "matroska")
    #expect(again.report.duration == .milliseconds(5 + 40 + 40))
  }

  @Test func `a second file after the first is kept`() throws {
    let second = try Samples.recording(.streaming).file.bytes
    let repaired = try rewritten(try unfinished() + second)
    #expect(Array(repaired.suffix(second.count)) == second)
    #expect(try contents(repaired) == contents(try unfinished()))
    #expect(try WebMRepair(WebMBytes(try unfinished() + second)).steps == nil)
  }

  @Test func `a file without video gets an index entry per second`() throws {
    var muxer = try WebMMuxer(
      tracks: [.opus(number: 1, head: Samples.opusHead)], writingApplication: "Oriel 0", mode: .streaming)
    var file = MemoryFile()
    file.apply(muxer.start())
    for i in 0..<500 as Range<Int64> {
      file.apply(
        try muxer.write(EncodedBlock(track: 1, time: .milliseconds(i * 20), isKeyFrame: true, data: [0xFC, 1])))
    }
    let repair = try WebMRepair(WebMBytes(file.bytes))
    #expect(repair.report.indexed == 10)
    #expect(!repair.report.indexesKeyFrames)
    #expect(repair.report.duration == .milliseconds(10_000))
  }

  @Test func `a repair interrupted after or within any step can be repeated`() throws {
    var bytes = Array(try unfinished().dropLast(1))
    let expected = try inPlace(bytes)
    let steps = try #require(try WebMRepair(WebMBytes(bytes)).steps)
    let whole = try contents(bytes)
    var file = RepairedFile(inPlace: bytes)
    for step in steps {
      var partial = file
      switch step {
      case .append(let added):
        for count in 0..<added.count {
          partial = file
          partial.apply(.append(Array(added[..<count])))
          #expect(try contents(inPlace(partial.bytes)) == whole)
        }
      default: break
      }
      file.apply(step)
      #expect(try contents(file.bytes) == whole)
      #expect(try inPlace(file.bytes) == expected)
    }
    bytes = file.bytes
    #expect(bytes == expected)
  }
}
