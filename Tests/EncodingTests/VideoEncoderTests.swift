import Media
import Synthetic
import Testing

@testable import Encoding

@Suite(.serialized, .timeLimit(.minutes(2)))
struct VideoEncoderTests {
  private let size = PixelSize(width: 160, height: 120)

  private func source(isShown: Bool = true) -> SyntheticSource {
    var picture = PaintedPicture(size)
    picture.write(PixelRect(size), seed: 1)
    return SyntheticSource(picture, isShown: isShown)
  }

  /// Repaints the whole picture.
  private func repaint(_ source: SyntheticSource, _ seed: UInt64) { source.write(PixelRect(size), seed: seed) }

  private func decoded(_ frames: [EncodedVideoFrame]) async throws -> [[UInt8]] {
    try await IVF(size, frames.map(\.data)).pictures()
  }

  /// The similarity of the last frame to the source.
  private func similarity(_ frames: [EncodedVideoFrame], _ source: SyntheticSource) async throws -> Double {
    let picture = I420Picture(size: size)
    convert(source.picture, DirtyRegion(PixelRect(size)), into: picture)
    return lumaSimilarity(try #require(try await decoded(frames).last), planes(picture), size)
  }

  @Test func `two subscribers share one encoder and get the same frames`() async throws {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let (first, second) = (FrameLog(), FrameLog())
    let encoder = VideoEncoder.subscribe(first, to: track, settings: .init())
    try await first.seen("a key frame") { !$0.frames.isEmpty }
    #expect(VideoEncoder.subscribe(second, to: track, settings: .init()) === encoder)
    try await first.seen("two key frames") { $0.frames.filter(\.isKeyFrame).count == 2 }
    let joined = try await second.seen("a frame") { !$0.frames.isEmpty }
    #expect(joined.frames[0].isKeyFrame)
    #expect(joined.sizes == [size])
    for seed in 2..<12 {
      repaint(source, UInt64(seed))
      let count = seed - 1
      try await second.seen("a change") { $0.frames.filter { $0.kind == .change }.count >= count }
    }
    encoder.remove(second, finishing: true)
    encoder.remove(first, finishing: true)
    let common = second.current.frames
    let all = first.current.frames
    let start = try #require(all.firstIndex { $0.timestamp == common[0].timestamp })
    #expect(all[start..<start + common.count].map(\.data) == common.map(\.data))
    #expect(encoder.statistics.framesEncoded == all.count)
    #expect(source.attachCount == 1)
  }

  @Test(arguments: [EncodingSettings(), .live])
  func `a picture wider than VP8 supports is fitted, with one warning`(settings: EncodingSettings) async throws {
    let wide = PixelSize(width: 16640, height: 32)
    var picture = PaintedPicture(wide)
    picture.fill(PixelRect(wide), 0x808080)
    let source = SyntheticSource(picture)
    let track = MediaStreamTrack(source: source, label: "test")
    let log = FrameLog(keepsSize: settings == EncodingSettings())
    let encoder = VideoEncoder.subscribe(log, to: track, settings: settings)
    let seen = try await log.seen("a frame") { !$0.frames.isEmpty }
    #expect(seen.sizes == [PixelSize(width: 16383, height: 32)])
    #expect(seen.frames[0].codedSize == PixelSize(width: 16383, height: 32))
    source.write(PixelRect(x: 0, y: 0, width: 64, height: 32), seed: 1)
    try await log.seen("another") { $0.frames.count > 1 }
    encoder.remove(log, finishing: true)
    let events = track.events
    source.end(.surfaceGone)
    var warnings: [String] = []
    for await event in events { if case .warning(let code, _) = event { warnings.append(code) } }
    #expect(warnings == ["pictureFitted"])
  }

  @Test func `subscribers with other settings get another encoder`() async throws {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    var small = EncodingSettings()
    small.maximumSize = PixelSize(width: 80, height: 80)
    let (first, second) = (FrameLog(), FrameLog())
    let one = VideoEncoder.subscribe(first, to: track, settings: .init())
    let two = VideoEncoder.subscribe(second, to: track, settings: small)
    #expect(one !== two)
    #expect(try await first.seen("a size") { !$0.sizes.isEmpty }.sizes == [size])
    #expect(try await second.seen("a size") { !$0.sizes.isEmpty }.sizes == [PixelSize(width: 80, height: 60)])
    one.remove(first)
    two.remove(second)
  }

  @Test func `a new subscriber gets a key frame first, even while another frame is being coded`() async throws {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let first = FrameLog()
    let encoder = VideoEncoder.subscribe(first, to: track, settings: .init())
    defer { encoder.remove(first) }
    for round in 0..<30 {
      // The encode thread codes this change while the new subscriber is added.
      repaint(source, UInt64(round + 10))
      let subscriber = FrameLog()
      #expect(VideoEncoder.subscribe(subscriber, to: track, settings: .init()) === encoder)
      let seen = try await subscriber.seen("a frame") { !$0.frames.isEmpty }
      #expect(seen.frames[0].isKeyFrame)
      encoder.remove(subscriber)
    }
  }

  @Test func `a removed subscriber gets no more frames, and the others do`() async throws {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let (first, second) = (FrameLog(), FrameLog())
    let encoder = VideoEncoder.subscribe(first, to: track, settings: .init())
    _ = VideoEncoder.subscribe(second, to: track, settings: .init())
    try await second.seen("a frame") { !$0.frames.isEmpty }
    encoder.remove(second)
    let count = second.current.frames.count
    let before = first.current.frames.count
    repaint(source, 3)
    try await first.seen("a frame more") { $0.frames.count > before }
    encoder.remove(first)
    #expect(second.current.frames.count == count)
    #expect(second.current.ends.isEmpty)
  }

  @Test func `captures while the encoder is busy are merged into one frame and counted as dropped`() async throws {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let log = FrameLog(isOpen: false)
    let encoder = VideoEncoder.subscribe(log, to: track, settings: .init())
    // The encode thread is blocked in the delivery of the first frame.
    try await log.seen("the first frame") { !$0.frames.isEmpty }
    let rects = (0..<6).map { PixelRect(x: $0 * 25, y: $0 * 18, width: 20, height: 15) }
    for (index, rect) in rects.enumerated() { source.write(rect, seed: UInt64(index) + 50) }
    #expect(encoder.statistics.framesCaptured == 7)
    #expect(encoder.statistics.framesDropped == 5)
    log.open()
    let seen = try await log.seen("the change") { $0.frames.count >= 2 }
    #expect(seen.frames[1].kind == .change)
    encoder.remove(log, finishing: true)
    #expect(try await similarity(Array(log.current.frames.prefix(2)), source) > 0.995)
    #expect(encoder.statistics.framesDropped == 5)
  }

  @Test func `a picture without a change is not counted`() async throws {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let log = FrameLog()
    let encoder = VideoEncoder.subscribe(log, to: track, settings: .init())
    try await log.seen("the first frame") { !$0.frames.isEmpty }
    for _ in 0..<5 { source.paint { DirtyRegion(PixelRect($0.size)) } }
    encoder.remove(log, finishing: true)
    #expect(encoder.statistics.framesCaptured == 1)
    #expect(encoder.statistics.framesDropped == 0)
    #expect(log.current.frames.filter { $0.kind == .change }.count == 1)
  }

  @Test(arguments: [false, true])
  func `removal with finishing delivers the last capture, also while others stay`(othersStay: Bool) async throws {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let (log, other) = (FrameLog(), FrameLog())
    let encoder = VideoEncoder.subscribe(log, to: track, settings: .init())
    if othersStay { _ = VideoEncoder.subscribe(other, to: track, settings: .init()) }
    for round in 0..<10 {
      try await log.seen("a frame") { !$0.frames.isEmpty }
      // The encode thread is blocked in a delivery while the last picture arrives and the removal begins.
      log.close()
      repaint(source, UInt64(round) + 100)
      try await log.seen("a delivery that waits") { $0.isHeld }
      repaint(source, UInt64(round) + 200)
      let removal = Task { encoder.remove(log, finishing: true) }
      log.open()
      await removal.value
      #expect(try await similarity(log.current.frames, source) > 0.9)
      guard othersStay else { return }
      log.clear()
      #expect(VideoEncoder.subscribe(log, to: track, settings: .init()) === encoder)
    }
    encoder.remove(log)
    encoder.remove(other)
  }

  @Test func `removing the last subscriber detaches the source and deallocates encoder and track`()
    async throws
  {
    let source = source()
    var track: MediaStreamTrack? = MediaStreamTrack(source: source, label: "test")
    weak let weakTrack = track
    let log = FrameLog()
    var encoder: VideoEncoder? = VideoEncoder.subscribe(log, to: track!, settings: .init())
    weak let weakEncoder = encoder
    try await log.seen("the first frame") { !$0.frames.isEmpty }
    #expect(source.sinkCount == 1)
    encoder?.remove(log)
    #expect(source.sinkCount == 0)
    encoder = nil
    track = nil
    #expect(weakEncoder == nil)
    #expect(weakTrack == nil)
  }

  @Test func `the source's end is reported once, after the last picture`() async throws {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let (first, second) = (FrameLog(), FrameLog())
    var encoder: VideoEncoder? = VideoEncoder.subscribe(first, to: track, settings: .init())
    weak let weakEncoder = encoder
    _ = VideoEncoder.subscribe(second, to: track, settings: .init())
    try await second.seen("a frame") { !$0.frames.isEmpty }
    repaint(source, 9)
    source.end(.surfaceGone)
    for log in [first, second] {
      try await log.seen("the end") { !$0.ends.isEmpty }
      #expect(try await similarity(log.current.frames, source) > 0.9)
    }
    encoder?.remove(first, finishing: true)
    encoder?.remove(second, finishing: true)
    encoder = nil
    #expect(weakEncoder == nil)
    #expect(first.current.ends == [false])
    #expect(second.current.ends == [false])
  }

  @Test func `the end is reported for a source that has ended, or ends before its first picture`() async throws {
    let early = source(isShown: false)
    let log = FrameLog()
    let encoder = VideoEncoder.subscribe(log, to: MediaStreamTrack(source: early, label: "test"), settings: .init())
    early.end(.surfaceGone)
    #expect(try await log.seen("the end") { !$0.ends.isEmpty }.frames.isEmpty)
    encoder.remove(log, finishing: true)

    let ended = source()
    let track = MediaStreamTrack(source: ended, label: "test")
    ended.end(.stopped)
    let late = FrameLog()
    let other = VideoEncoder.subscribe(late, to: track, settings: .init())
    #expect(try await late.seen("the end") { !$0.ends.isEmpty }.ends == [false])
    other.remove(late)
  }

  @Test func `removal before the first picture detaches the source`() {
    let source = source(isShown: false)
    let log = FrameLog()
    let encoder = VideoEncoder.subscribe(log, to: MediaStreamTrack(source: source, label: "test"), settings: .init())
    encoder.remove(log, finishing: true)
    #expect(source.sinkCount == 0)
    #expect(log.current.frames.isEmpty)
  }

  @Test func `a canvas larger than VP8 supports ends with one error`() async throws {
    var settings = EncodingSettings()
    settings.canvas = PixelSize(width: 20_000, height: 16)
    let source = source()
    let log = FrameLog()
    let encoder = VideoEncoder.subscribe(log, to: MediaStreamTrack(source: source, label: "test"), settings: settings)
    try await log.seen("the end") { !$0.ends.isEmpty }
    repaint(source, 2)
    encoder.remove(log, finishing: true)
    #expect(log.current.ends == [true])
    #expect(source.sinkCount == 0)
  }

  @Test func `a requested key frame of a still screen is coded`() async throws {
    let source = source()
    let log = FrameLog()
    let encoder = VideoEncoder.subscribe(log, to: MediaStreamTrack(source: source, label: "test"), settings: .init())
    try await log.seen("the first frame") { !$0.frames.isEmpty }
    encoder.requestKeyFrame()
    try await log.seen("another key frame") { $0.frames.filter(\.isKeyFrame).count == 2 }
    encoder.remove(log)
  }

  @Test func `the bit rate is the median available, or the settings' if a subscriber has no limit`() async throws {
    var settings = EncodingSettings.live
    settings.bitrate = 2_000_000
    settings.minimumBitrate = 400_000
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let (viewers, recorder) = (FrameLog(), FrameLog())
    let encoder = VideoEncoder.subscribe(viewers, to: track, settings: settings)
    defer { encoder.remove(viewers) }
    #expect(encoder.bitrate == 2_000_000)
    encoder.setAvailableBitrates([], for: viewers)
    #expect(encoder.bitrate == 2_000_000)
    encoder.setAvailableBitrates([900_000, 500_000, 1_500_000], for: viewers)
    #expect(encoder.bitrate == 900_000)
    encoder.setAvailableBitrates([900_000, 500_000], for: viewers)
    #expect(encoder.bitrate == 500_000)
    encoder.setAvailableBitrates([100_000], for: viewers)
    #expect(encoder.bitrate == 400_000)
    encoder.setAvailableBitrates([9_000_000], for: viewers)
    #expect(encoder.bitrate == 2_000_000)
    encoder.setAvailableBitrates([500_000], for: viewers)
    _ = VideoEncoder.subscribe(recorder, to: track, settings: settings)
    encoder.setAvailableBitrates([600_000], for: viewers)
    #expect(encoder.bitrate == 2_000_000)
    encoder.remove(recorder)
    #expect(encoder.bitrate == 600_000)
  }

  @Test func `a disabled track is black from a key frame on, and shows the current picture when enabled`() async throws
  {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let log = FrameLog()
    let encoder = VideoEncoder.subscribe(log, to: track, settings: .init())
    try await log.seen("the first frame") { !$0.frames.isEmpty }
    track.enabled = false
    try await log.seen("black") { $0.frames.filter(\.isKeyFrame).count == 2 }
    let count = log.current.frames.count
    for seed in 50..<55 { repaint(source, UInt64(seed)) }
    encoder.requestKeyFrame()
    let hidden = try await log.seen("another key frame") { $0.frames.filter(\.isKeyFrame).count == 3 }
    // Changes painted meanwhile produced no frame.
    #expect(hidden.frames.dropFirst(count).filter { $0.kind == .change }.isEmpty)
    let black = try #require(try await decoded(hidden.frames).last)
    #expect(black.prefix(size.width * size.height).allSatisfy { $0 <= 17 })
    track.enabled = true
    let shownAt = hidden.frames.count
    try await log.seen("the picture") { $0.frames.dropFirst(shownAt).contains { $0.kind == .change } }
    encoder.remove(log, finishing: true)
    #expect(try await similarity(log.current.frames, source) > 0.9)
  }

  @Test func `a track that is disabled from the beginning is black`() async throws {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    track.enabled = false
    let log = FrameLog()
    let encoder = VideoEncoder.subscribe(log, to: track, settings: .init())
    repaint(source, 2)
    let seen = try await log.seen("a frame") { !$0.frames.isEmpty }
    encoder.remove(log, finishing: true)
    let pictures = try await decoded(log.current.frames)
    #expect(seen.frames[0].isKeyFrame)
    for picture in pictures { #expect(picture.prefix(size.width * size.height).allSatisfy { $0 <= 17 }) }
  }

  @Test func `concurrent subscribers each get a key frame first and rising timestamps`()
    async throws
  {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let painter = Task {
      var seed: UInt64 = 0
      while !Task.isCancelled {
        seed += 1
        source.write(PixelRect(x: Int(seed % 8) * 20, y: 20, width: 20, height: 40), seed: seed)
        await Task.yield()
      }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask {
          for round in 0..<25 {
            let log = FrameLog()
            let encoder = VideoEncoder.subscribe(log, to: track, settings: .init())
            if (worker + round) % 3 > 0 { try await log.seen("a frame") { !$0.frames.isEmpty } }
            encoder.remove(log, finishing: round % 2 == 0)
            let seen = log.current
            #expect(seen.ends.isEmpty || seen.ends == [false])
            #expect(seen.frames.first?.isKeyFrame ?? true)
            for (before, after) in zip(seen.frames, seen.frames.dropFirst()) {
              #expect(before.timestamp < after.timestamp)
            }
          }
        }
      }
      try await group.waitForAll()
    }
    painter.cancel()
    await painter.value
    #expect(source.sinkCount == 0)
  }
}
