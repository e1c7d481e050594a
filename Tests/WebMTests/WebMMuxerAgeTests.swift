import Media
import Testing

@testable import WebM

/// Recordings of one hour, 54 hours, a month and a year.
@Suite struct WebMMuxerAgeTests {
  static let ages = [3600.0, 54 * 3600, 30 * 86_400, 366 * 86_400].map(MediaTime.seconds)

  @Test(arguments: ages) func `frame times, index and duration are right after a long time`(age: MediaTime)
    throws
  {
    var muxer = try Samples.muxer(withAudio: true)
    var file = MemoryFile()
    file.apply(muxer.start())
    var blocks = [EncodedBlock(track: 1, time: .zero, isKeyFrame: true, data: [0x10])]
    // The screen is still until then, except for some key frames and sound.
    for step in 1..<100 as Range<Int64> {
      let time = MediaTime(nanoseconds: age.nanoseconds / 100 * step)
      blocks.append(EncodedBlock(track: 1, time: time, isKeyFrame: true, data: [0x10]))
      blocks.append(EncodedBlock(track: 2, time: time + .milliseconds(3), isKeyFrame: true, data: [0xFC]))
    }
    for step in 0..<200 as Range<Int64> {
      blocks.append(
        EncodedBlock(track: 2, time: age + MediaTime(ticks: step * 960, at: 48_000), isKeyFrame: true, data: [0xFC]))
      blocks.append(
        EncodedBlock(track: 1, time: age + .nanoseconds(step * 20_333_333 + 1), isKeyFrame: step == 60, data: [0x11]))
    }
    let duration = age + .seconds(5)
    blocks[blocks.count - 1].duration = .milliseconds(900)
    for block in blocks { file.apply(try muxer.write(block)) }
    file.apply(muxer.finish(duration: duration))

    var reader = try WebMReader(WebMBytes(file.bytes))
    // The Duration is a 64-bit float in milliseconds.
    #expect(abs((try #require(reader.info.duration) - duration).nanoseconds) <= 8)
    let (items, error) = Samples.readAll(WebMBytes(file.bytes))
    #expect(error == nil)
    #expect(Samples.blocks(items).map(\.track) == blocks.map(\.track))
    #expect(Samples.blocks(items).map(\.time.roundedMilliseconds) == blocks.map(\.time.roundedMilliseconds))
    #expect(Samples.blocks(items).allSatisfy { 0..<30_000 ~= $0.relativeTimestamp })
    let cues = try reader.cues()
    #expect(cues.count == 101)
    let last = try #require(cues.last)
    #expect(last.time.roundedMilliseconds == (age + .nanoseconds(60 * 20_333_333 + 1)).roundedMilliseconds)
    try reader.seek(toClusterAt: last.clusterOffset)
    guard case .cluster(let cluster) = try reader.next() else { throw WebMMuxerError.notOpen }
    #expect((MediaTime.zero ... .seconds(1)).contains(last.time - cluster.time))
  }

  @Test(arguments: ages) func `the index of a long recording is bounded and evenly spaced`(age: MediaTime) throws {
    var cues = CueList()
    let step = max(10_000, age.roundedMilliseconds / 100_000)
    for time in stride(from: 0, through: age.roundedMilliseconds, by: Int(step)) {
      cues.add(CuePoint(time: time, track: 1, clusterPosition: UInt64(time), relativePosition: 0))
    }
    #expect(cues.points.count <= CueList.capacity)
    let gaps = zip(cues.points, cues.points.dropFirst()).map { $1.time - $0.time }
    #expect(try #require(gaps.max()) <= 2 * #require(gaps.min()))
    #expect(try #require(cues.points.last).time > age.roundedMilliseconds - 2 * #require(gaps.max()))
  }
}
