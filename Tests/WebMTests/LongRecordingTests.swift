import Media
import Testing

@testable import WebM

@Suite struct LongRecordingTests {
  @Test func `times, sizes and positions are right beyond 12 hours and 4 GiB`() throws {
    let file = try LongRecording().file
    #expect(file.size > 1 << 32)
    var reader = try WebMReader(file)
    #expect(reader.segment.end == file.size)
    let duration = try #require(reader.info.duration)
    #expect(duration.seconds > 12 * 3600)
    #expect(abs((duration - LongRecording.duration).nanoseconds) <= 1)

    var index: Int64 = 0
    var starts = Set<UInt64>()
    var cluster: WebMCluster?
    var others: [ElementID] = []
    while let item = try reader.next() {
      switch item {
      case .cluster(let next):
        if let cluster { #expect(cluster.element.end == next.element.offset) }
        cluster = next
        starts.insert(next.element.offset)
        #expect((next.element.size ?? .max) < 5_100_000)
      case .block(let block):
        #expect(block.time.roundedMilliseconds == LongRecording.time(index).roundedMilliseconds)
        #expect(block.isKeyFrame == (index % LongRecording.keyInterval == 0))
        #expect(0..<30_000 ~= block.relativeTimestamp)
        index += 1
      case .element(let element): others.append(element.id)
      case .truncated(let truncation): Issue.record("\(truncation)")
      }
    }
    #expect(index == LongRecording.frames)
    #expect(others == [.cues])

    let cues = try reader.cues()
    #expect(cues.count == 96)
    #expect((cues.last?.clusterOffset ?? 0) > 1 << 32)
    #expect((cues.last?.time.seconds ?? 0) > 12 * 3600)
    for (number, cue) in cues.enumerated() {
      let key = LongRecording.time(Int64(number) * LongRecording.keyInterval)
      #expect(cue.time.roundedMilliseconds == key.roundedMilliseconds)
      #expect(starts.contains(cue.clusterOffset))
      try reader.seek(toClusterAt: cue.clusterOffset)
      guard case .cluster = try reader.next(), case .block(let block) = try reader.next() else {
        Issue.record("no block at cue \(number)")
        continue
      }
      #expect(block.time == cue.time && block.isKeyFrame)
    }
  }

  @Test func `one frame per hour keeps its time for 2000 hours`() throws {
    var muxer = try Samples.muxer(.streaming)
    var file = MemoryFile()
    file.apply(muxer.start())
    for hour in 0..<2000 as Range<Int64> {
      file.apply(try muxer.write(Samples.frame(hour * 3_600_000, key: hour == 0)))
    }
    let blocks = Samples.blocks(Samples.readAll(WebMBytes(file.bytes)).items)
    #expect(blocks.map(\.time) == (0..<2000).map { .milliseconds($0 * 3_600_000) })
  }
}
