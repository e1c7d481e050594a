import Media
import Synthetic
import Testing

@testable import Encoding

/// Planner and libvpx together, in virtual time.
struct EncodeWorkerTests {
  /// The worker, its picture, and its frames so far.
  private struct Bench: ~Copyable {
    var worker: EncodeWorker
    var painted: PaintedPicture
    let converter: PictureConverter
    var frames: [EncodedVideoFrame] = []
    var now = MediaTime.seconds(50)

    init(width: Int, height: Int, _ settings: EncodingSettings = .init()) throws {
      painted = PaintedPicture(width: width, height: height)
      worker = try EncodeWorker(settings: settings, size: painted.size)
      converter = PictureConverter(inputSize: painted.size, outputSize: painted.size)
    }

    /// Applies `change` to the picture, and runs for `duration`.
    mutating func show(for duration: MediaTime, _ change: ((inout PaintedPicture) -> PixelRect)? = nil) throws {
      var input = EncodeWorker.Input(ended: false, keyFrameRequested: false)
      if let change {
        let dirty = change(&painted)
        input.changed = convert(painted, DirtyRegion(dirty), into: worker.picture, converter)
        if frames.isEmpty { input.changed?.markAll() }
        input.capture = SkippedFrame(
          timestamp: now - .milliseconds(2), reason: .encoderBusy, captureTime: .zero, convertTime: .zero)
      }
      try run(until: now + duration, input)
    }

    mutating func run(until end: MediaTime, _ first: EncodeWorker.Input) throws {
      var input = first
      while now < end {
        if let frame = try worker.work(input, now: now) { frames.append(frame) }
        input = EncodeWorker.Input(ended: false, keyFrameRequested: false)
        now = min(end, max(now + .milliseconds(1), worker.nextWake))
      }
    }

    mutating func requestKeyFrame() throws {
      try run(until: now + .milliseconds(10), EncodeWorker.Input(ended: false, keyFrameRequested: true))
    }

    func decoded() async throws -> [[UInt8]] { try await IVF(painted.size, frames.map(\.data)).pictures() }
  }

  @Test func `text is sharp a second after it stops moving, then only keep-alives follow`() async throws {
    var bench = try Bench(width: 321, height: 241)
    try bench.show(for: .milliseconds(100)) { picture in
      picture.write(PixelRect(picture.size), seed: 1)
      return PixelRect(picture.size)
    }
    for step in 0..<15 {
      try bench.show(for: .milliseconds(33)) { picture in
        picture.write(PixelRect(picture.size), seed: UInt64(step + 2))
        return PixelRect(picture.size)
      }
    }
    try bench.show(for: .seconds(1))
    let atRest = bench.frames.count
    let shown = try #require(try await bench.decoded().last)
    #expect(lumaSimilarity(shown, planes(bench.worker.picture), bench.painted.size) >= 0.9995)
    try bench.show(for: .seconds(5))
    #expect(bench.frames.dropFirst(atRest).allSatisfy { $0.kind == .keepAlive })
    #expect((4...6).contains(bench.frames.count - atRest))
  }

  @Test(arguments: [UInt32(0x00_ffff), 0x00_ff00, 0xff_ff00, 0xc6_9076])
  func `flat colours are exact for viewers after a coarse key frame`(colour: UInt32) async throws {
    var settings = EncodingSettings.live
    settings.bitrate = 100_000
    var bench = try Bench(width: 320, height: 240, settings)
    try bench.show(for: .seconds(15)) { picture in
      picture.scatter(PixelRect(x: 0, y: 0, width: 320, height: 120), seed: 1)
      picture.fill(PixelRect(x: 0, y: 120, width: 320, height: 120), colour)
      return PixelRect(picture.size)
    }
    #expect(bench.frames[0].quantizer > 40)
    let shown = try #require(try await bench.decoded().last)
    let expected = planes(bench.worker.picture)
    // The middle of the lower half of each plane.
    for at in [180 * 320 + 160, 320 * 240 + 90 * 160 + 80, 320 * 240 + 160 * 120 + 90 * 160 + 80] {
      #expect(abs(Int(shown[at]) - Int(expected[at])) <= 1)
    }
  }

  @Test func `a typed letter is one sharp frame`() async throws {
    var bench = try Bench(width: 320, height: 240)
    try bench.show(for: .seconds(3)) { picture in
      picture.fill(PixelRect(picture.size), 0xff_ffff)
      return PixelRect(picture.size)
    }
    let before = bench.frames.count
    try bench.show(for: .milliseconds(500)) { picture in
      let rect = PixelRect(x: 100, y: 100, width: 9, height: 13)
      picture.write(rect, seed: 3)
      return rect
    }
    #expect(bench.frames.count == before + 1)
    let shown = try #require(try await bench.decoded().last)
    #expect(lumaSimilarity(shown, planes(bench.worker.picture), bench.painted.size) >= 0.9998)
  }

  @Test(arguments: [(1, 1), (17, 33), (16, 16), (15, 15)])
  func `pictures of small and odd sizes are coded and decoded`(width: Int, height: Int) async throws {
    var bench = try Bench(width: width, height: height)
    for seed in 1...5 {
      try bench.show(for: .milliseconds(400)) { picture in
        picture.fill(PixelRect(picture.size), UInt32(seed) * 0x30_2010)
        return PixelRect(picture.size)
      }
    }
    try bench.show(for: .seconds(2))
    let pictures = try await bench.decoded()
    #expect(pictures.count == bench.frames.count)
    let source = planes(bench.worker.picture)
    for (shown, expected) in zip(try #require(pictures.last), source) { #expect(abs(Int(shown) - Int(expected)) <= 2) }
  }

  @Test func `a requested key frame of a still picture is decodable alone and similar`() async throws {
    var bench = try Bench(width: 160, height: 120)
    try bench.show(for: .seconds(4)) { picture in
      picture.write(PixelRect(picture.size), seed: 8)
      return PixelRect(picture.size)
    }
    let count = bench.frames.count
    try bench.requestKeyFrame()
    try #require(bench.frames.count > count)
    let key = bench.frames[count]
    #expect(key.isKeyFrame)
    #expect(key.data[0] & 1 == 0)
    let alone = try await IVF(bench.painted.size, [key.data]).pictures()
    #expect(alone.count == 1)
    #expect(lumaSimilarity(alone[0], planes(bench.worker.picture), bench.painted.size) >= 0.999)
  }

  @Test func `isKeyFrame matches the bitstream, and timestamps rise`() throws {
    var settings = EncodingSettings()
    settings.keyFrameInterval = 7
    var bench = try Bench(width: 64, height: 64, settings)
    for seed in 0..<60 {
      try bench.show(for: .milliseconds(Int64(seed % 5) * 20 + 5)) { picture in
        picture.write(PixelRect(picture.size), seed: UInt64(seed))
        return PixelRect(picture.size)
      }
    }
    try bench.show(for: .seconds(20))
    for frame in bench.frames { #expect((frame.data[0] & 1 == 0) == frame.isKeyFrame) }
    #expect(bench.frames.filter(\.isKeyFrame).count >= bench.frames.count / 7)
    for (before, after) in zip(bench.frames, bench.frames.dropFirst()) {
      #expect(after.timestamp - before.timestamp >= .nanoseconds(1000))
    }
  }

  @Test func `keep-alives are equal, under 150 bytes, and need no encoding`() throws {
    var bench = try Bench(width: 320, height: 240)
    try bench.show(for: .seconds(30)) { picture in
      picture.write(PixelRect(picture.size), seed: 1)
      return PixelRect(picture.size)
    }
    let keepAlives = bench.frames.filter { $0.kind == .keepAlive }
    #expect(keepAlives.count >= 25)
    #expect(Set(keepAlives.map(\.data)).count == 1)
    #expect(keepAlives.allSatisfy { $0.data.count < 150 && $0.encodeTime == .zero })
  }

  @Test func `a change has the timestamp of its capture`() throws {
    var bench = try Bench(width: 64, height: 64)
    for seed in 0..<3 {
      let start = bench.now
      try bench.show(for: .milliseconds(30)) { picture in
        picture.write(PixelRect(picture.size), seed: UInt64(seed))
        return PixelRect(picture.size)
      }
      #expect(bench.frames.last?.timestamp == start - .milliseconds(2))
    }
  }
}
