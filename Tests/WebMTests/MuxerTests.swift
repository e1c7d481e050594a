import Media
import Testing

@testable import WebM

@Suite struct MuxerTests {
  private func clusters(_ blocks: [EncodedBlock], withAudio: Bool = false) throws -> [[Int64]] {
    var muxer = try Samples.muxer(withAudio: withAudio)
    var file = MemoryFile()
    file.apply(muxer.start())
    for block in blocks { file.apply(try muxer.write(block)) }
    file.apply(muxer.finish(duration: .zero))
    var times: [[Int64]] = []
    for item in Samples.readAll(WebMBytes(file.bytes)).items {
      switch item {
      case .cluster: times.append([])
      case .block(let block): times[times.count - 1].append(block.time.roundedMilliseconds)
      default: break
      }
    }
    return times
  }

  @Test func `a key frame begins a cluster unless the last cluster began less than 1 s before`() throws {
    let blocks = [
      Samples.frame(0, key: true), Samples.frame(100), Samples.frame(999, key: true), Samples.frame(1000, key: true),
      Samples.frame(5000), Samples.frame(9000, key: true),
    ]
    #expect(try clusters(blocks) == [[0, 100, 999], [1000, 5000], [9000]])
  }

  @Test func `without key frames a cluster ends before 30 s`() throws {
    let blocks = [
      Samples.frame(0, key: true), Samples.frame(29_999), Samples.frame(30_000), Samples.frame(30_500, key: true),
    ]
    #expect(try clusters(blocks) == [[0, 29_999], [30_000], [30_500]])
  }

  @Test func `a cluster ends before 5 MB`() throws {
    let blocks = (0..<5).map { Samples.frame($0 * 10, key: $0 == 0, size: 2_400_000) }
    #expect(try clusters(blocks) == [[0, 10], [20, 30], [40]])
    #expect(try clusters([Samples.frame(0, key: true), Samples.frame(5, size: 6_000_000)]) == [[0], [5]])
  }

  @Test func `decreasing or negative times become the track's last time`() throws {
    let blocks = [
      Samples.frame(-5, key: true), Samples.frame(40), Samples.frame(33), Samples.frame(41), Samples.frame(-900),
    ]
    #expect(try clusters(blocks) == [[0, 40, 40, 41, 41]])
  }

  @Test func `times are rounded individually, without accumulating errors`() throws {
    let blocks = (0..<3000).map { index in
      EncodedBlock(
        track: 1, time: MediaTime(nanoseconds: Int64(index) * 33_333_333), isKeyFrame: index == 0, data: [0])
    }
    let times = try clusters(blocks).flatMap { $0 }
    #expect(times == (0..<3000).map { MediaTime(nanoseconds: $0 * 33_333_333).roundedMilliseconds })
  }

  @Test func `sound written after a later key frame keeps its time, up to 1 s back`() throws {
    func sound(_ milliseconds: Int64) -> EncodedBlock {
      EncodedBlock(track: 2, time: .milliseconds(milliseconds), isKeyFrame: true, data: [0xFC])
    }
    let blocks = [
      Samples.frame(40, key: true), sound(0), sound(20), Samples.frame(2000, key: true), sound(1400), sound(1980),
      Samples.frame(4000, key: true), sound(2500),
    ]
    #expect(try clusters(blocks, withAudio: true) == [[40, 0, 20], [2000, 1400, 1980], [4000, 3000]])
  }

  @Test func `without video a cluster begins every five seconds`() throws {
    var muxer = try WebMMuxer(
      tracks: [.opus(number: 1, head: Samples.opusHead)], writingApplication: "Oriel 0")
    var file = MemoryFile()
    file.apply(muxer.start())
    for index in 0..<600 as Range<Int64> {
      file.apply(try muxer.write(.init(track: 1, time: .milliseconds(index * 20), isKeyFrame: true, data: [0xFC])))
    }
    file.apply(muxer.finish(duration: .milliseconds(12_000)))
    let clusters = Samples.clusters(Samples.readAll(WebMBytes(file.bytes)).items)
    #expect(clusters.map { $0.time.roundedMilliseconds } == [0, 5000, 10_000])
  }

  @Test func `the duration includes a still end, and is at least the last block's time`() throws {
    for (duration, expected) in [(10_000, 10_000), (50, 100)] as [(Int64, Int64)] {
      var muxer = try Samples.muxer()
      var file = MemoryFile()
      file.apply(muxer.start())
      file.apply(try muxer.write(Samples.frame(100, key: true)))
      file.apply(muxer.finish(duration: .milliseconds(duration)))
      #expect(try WebMReader(WebMBytes(file.bytes)).info.duration == .milliseconds(expected))
    }
  }

  @Test func `a stream is never patched`() throws {
    let (file, blocks) = try Samples.recording(.streaming)
    #expect(file.patches == 0)
    let (items, error) = Samples.readAll(WebMBytes(file.bytes))
    #expect(error == nil)
    #expect(Samples.blocks(items).count == blocks.count)
    #expect(Samples.clusters(items).allSatisfy { $0.element.size == nil })
  }

  @Test func `a frame's bytes are not copied`() throws {
    var muxer = try Samples.muxer()
    _ = muxer.start()
    let block = Samples.frame(0, key: true, size: 100_000)
    let outputs = try muxer.write(block)
    guard case .append(let bytes) = outputs.last else { throw WebMMuxerError.notOpen }
    #expect(bytes.withUnsafeBufferPointer(\.baseAddress) == block.data.withUnsafeBufferPointer(\.baseAddress))
  }

  @Test func `a recording without frames is a complete file`() throws {
    var muxer = try Samples.muxer()
    var file = MemoryFile()
    file.apply(muxer.start())
    file.apply(muxer.finish(duration: .milliseconds(5)))
    var reader = try WebMReader(WebMBytes(file.bytes))
    #expect(reader.segment.end == UInt64(file.bytes.count))
    #expect(reader.seekHead.map(\.id) == [.info, .tracks])
    #expect(try reader.next() == nil)
  }

  @Test func `invalid tracks and blocks throw and write nothing`() throws {
    let vp8 = WebMTrack.vp8(number: 1, width: 8, height: 8)
    for tracks in [[], [vp8, vp8], [.vp8(number: 127, width: 8, height: 8)], [.vp8(number: 0, width: 8, height: 8)]] {
      #expect(throws: WebMMuxerError.wrongTracks) { try WebMMuxer(tracks: tracks, writingApplication: "") }
    }
    #expect(throws: WebMMuxerError.wrongPictureSize(track: 1)) {
      try WebMMuxer(tracks: [.vp8(number: 1, width: 0, height: 8)], writingApplication: "")
    }
    var muxer = try Samples.muxer()
    #expect(throws: WebMMuxerError.notOpen) { try muxer.write(Samples.frame(0)) }
    #expect(muxer.start().count == 1)
    #expect(muxer.start().isEmpty)
    let position = muxer.position
    #expect(throws: WebMMuxerError.unknownTrack(2)) {
      try muxer.write(EncodedBlock(track: 2, time: .zero, isKeyFrame: true, data: [0]))
    }
    #expect(throws: WebMMuxerError.emptyBlock(track: 1)) { try muxer.write(Samples.frame(0, size: 0)) }
    #expect(muxer.position == position)
    _ = muxer.finish(duration: .zero)
    #expect(muxer.finish(duration: .zero).isEmpty)
    #expect(throws: WebMMuxerError.notOpen) { try muxer.write(Samples.frame(0)) }
  }
}
