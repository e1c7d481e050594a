import Media
import Synthetic
import Testing

@testable import Encoding

/// Constraints applied to a track while it is encoded.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ConstrainedTrackTests {
  private let size = PixelSize(width: 320, height: 180)
  private let half = PixelSize(width: 160, height: 90)

  private func source() -> SyntheticSource {
    var picture = PaintedPicture(size)
    picture.fill(PixelRect(size), 0xffffff)
    return SyntheticSource(picture)
  }

  /// The last picture decoded, from the last key frame on.
  private func shown(_ log: FrameLog, _ size: PixelSize) async throws -> [UInt8] {
    let frames = log.current.frames
    let start = try #require(frames.lastIndex { $0.isKeyFrame })
    return try #require(try await IVF(size, frames[start...].map(\.data)).pictures().last)
  }

  private func isWhite(_ luma: UInt8) -> Bool { luma > 220 }
  private func isBlack(_ luma: UInt8) -> Bool { luma < 30 }

  @Test func `each new width constraint gives viewers a key frame of that size and its picture`()
    async throws
  {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let log = FrameLog(keepsSize: false)
    let encoder = VideoEncoder.subscribe(log, to: track, settings: .live)
    try await log.seen("a frame") { !$0.frames.isEmpty }
    let sizes = [half, size, PixelSize(width: 80, height: 45), PixelSize(width: 320, height: 180)]
    for (index, next) in sizes.enumerated() {
      let count = log.current.frames.count
      try await track.applyConstraints(.init(width: .init(exact: next.width)))
      try await log.seen("the size") { $0.frames.count > count && $0.sizes.last == next }
      try await log.seen("its key frame") { $0.frames.last { $0.isKeyFrame }?.codedSize == next }
      source.paint { picture in
        picture.fill(PixelRect(self.size), index % 2 == 0 ? 0 : 0xffffff)
        return DirtyRegion(PixelRect(self.size))
      }
      let changes = log.current.frames.count
      try await log.seen("the change") { $0.frames.count > changes + 1 }
      let luma = try await shown(log, next)
      let corners = [0, next.width - 1, next.width * next.height - 1]
      #expect(corners.allSatisfy { index % 2 == 0 ? isBlack(luma[$0]) : isWhite(luma[$0]) })
    }
    // Timestamps rise, and each size is reported once.
    let seen = log.current
    var current = size
    for frame in seen.frames where frame.isKeyFrame { current = frame.codedSize ?? current }
    #expect(current == size)
    for (before, after) in zip(seen.frames, seen.frames.dropFirst()) { #expect(before.timestamp < after.timestamp) }
    #expect(seen.sizes == [size] + sizes)
    encoder.remove(log)
    #expect(source.sinkCount == 0)
  }

  @Test func `a recorded track keeps its size; a smaller picture gets black bars`() async throws {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let (file, viewer) = (FrameLog(), FrameLog(keepsSize: false))
    let encoder = VideoEncoder.subscribe(viewer, to: track, settings: .init())
    try await viewer.seen("a frame") { !$0.frames.isEmpty }
    // While a recorder is subscribed too, the size is constant for both.
    #expect(VideoEncoder.subscribe(file, to: track, settings: .init()) === encoder)
    try await file.seen("a frame") { !$0.frames.isEmpty }
    let count = file.current.frames.count
    try await track.applyConstraints(.init(width: .init(exact: half.width)))
    #expect(track.getSettings().height == half.height)
    try await file.seen("the smaller picture") { $0.frames.count > count + 1 }
    let luma = try await shown(file, size)
    #expect(isBlack(luma[0]) && isBlack(luma[size.width * size.height - 1]))
    #expect(isWhite(luma[90 * size.width + 160]))
    #expect(isWhite(luma[48 * size.width + 84]) && isBlack(luma[40 * size.width + 76]))
    #expect(file.current.sizes == [size])

    try await track.applyConstraints()
    let now = file.current.frames.count
    try await file.seen("the whole picture") { $0.frames.count > now }
    encoder.remove(file, finishing: true)
    let whole = try await shown(file, size)
    #expect(isWhite(whole[0]) && isWhite(whole[size.width * size.height - 1]))
    // Without the recorder, viewers get the new size again.
    try await track.applyConstraints(.init(width: .init(exact: half.width)))
    try await viewer.seen("the size") { $0.frames.last { $0.isKeyFrame }?.codedSize == self.half }
    encoder.remove(viewer)
  }

  @Test func `viewers get a source's new size, also while the track is disabled`() async throws {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let log = FrameLog(keepsSize: false)
    let encoder = VideoEncoder.subscribe(log, to: track, settings: .live)
    try await log.seen("a frame") { !$0.frames.isEmpty }
    try await track.applyConstraints(.init(width: .init(max: 200)))
    try await log.seen("a smaller size") { $0.frames.last { $0.isKeyFrame }?.codedSize?.width == 200 }
    // A window smaller than the constraint is not enlarged.
    let small = PixelSize(width: 100, height: 120)
    track.enabled = false
    source.paint { picture in
      picture = PaintedPicture(small)
      picture.fill(PixelRect(small), 0xffffff)
      return DirtyRegion()
    }
    try await log.seen("the window's size") { $0.frames.last { $0.isKeyFrame }?.codedSize == small }
    #expect(track.getSettings().width == 100)
    let black = try await shown(log, small)
    #expect(black[..<(small.width * small.height)].allSatisfy { isBlack($0) })
    let count = log.current.frames.count
    track.enabled = true
    try await log.seen("the window") { $0.frames.count > count }
    #expect(isWhite(try await shown(log, small)[60 * 100 + 50]))
    encoder.remove(log)
  }

  @Test func `a clone has its own frame rate and size, and encodes the last change`() async throws {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let clone = track.clone()
    try await clone.applyConstraints(.init(width: .init(exact: half.width), frameRate: 5))
    #expect(track.getSettings().frameRate == 30)
    #expect(clone.getSettings().frameRate == 5)
    let (log, slow) = (FrameLog(), FrameLog())
    let encoder = VideoEncoder.subscribe(log, to: track, settings: .init())
    let slowEncoder = VideoEncoder.subscribe(slow, to: clone, settings: .init())
    #expect(encoder !== slowEncoder)
    try await slow.seen("a frame") { !$0.frames.isEmpty }
    #expect(slow.current.sizes == [half])
    let start = MediaTime.now
    var seed: UInt64 = 0
    while MediaTime.now < start + .seconds(2) {
      seed += 1
      source.write(PixelRect(size), seed: seed)
      try await Task.sleep(for: .milliseconds(20))
    }
    let last = MediaTime.now
    source.paint { picture in
      picture.fill(PixelRect(self.size), 0)
      return DirtyRegion(PixelRect(self.size))
    }
    let span = (MediaTime.now - start).seconds
    let changes = slow.current.frames.filter { $0.kind == .change }.count
    #expect(Double(changes) <= span * 5 + 3)
    #expect(changes >= 3)
    // Changes delayed by the frame rate are not counted as captured.
    #expect(Double(slowEncoder.statistics.framesCaptured) <= span * 5 + 3)
    try await slow.seen("the last change") {
      $0.frames.contains { $0.kind == .change && $0.timestamp >= last }
    }
    clone.stop()
    try await slow.seen("the end") { $0.ends == [false] }
    slowEncoder.remove(slow, finishing: true)
    let luma = try await shown(slow, half)
    #expect(luma[..<(half.width * half.height)].allSatisfy { isBlack($0) })
    // The original track continues.
    #expect(log.current.ends.isEmpty)
    #expect(log.current.frames.filter { $0.kind == .change }.count > changes)
    encoder.remove(log)
    track.stop()
    #expect(source.sinkCount == 0)
  }
}
