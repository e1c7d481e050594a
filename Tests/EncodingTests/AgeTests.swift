import Media
import Synthetic
import Testing

@testable import Encoding

/// Encoders that have run for one hour, 54 hours (samples times nanoseconds then overflow 64 bits), a month and a year.
private let ages = [3600.0, 54 * 3600, 30 * 86_400, 366 * 86_400].map(MediaTime.seconds)

@Suite struct AudioFramerAgeTests {
  private static let start = MediaTime.seconds(100)

  private struct Row: Equatable {
    var samples: [Float] = []
    /// Since the beginning.
    var times: [MediaTime] = []
    var captured: [MediaTime] = []
    var end: MediaTime?
    var filled = 0
    var dropped = 0
  }

  /// The output of a framer that began at `start`, after `consumed` samples, for sound with a gap, an overlap and a
  /// pause.
  private func row(from start: MediaTime, consumed: Int64, pause: MediaTime = .seconds(1)) -> Row {
    var framer = AudioFramer(reserve: 2400, lookahead: 312, consumed: consumed)
    framer.begin(at: start)
    var left = MediaTime.zero
    func add(_ range: Range<Int64>, _ framer: inout AudioFramer) {
      framer.add(
        .init(
          samples: range.flatMap { [Float($0) / 100_000, Float($0) / 100_000] },
          time: start + left + MediaTime(ticks: range.lowerBound, at: 48_000)))
    }
    for first in stride(from: 0, to: 9600, by: 441) as StrideTo<Int64> { add(first..<first + 441, &framer) }
    add(12_000..<14_400, &framer)
    add(13_000..<24_000, &framer)
    framer.add(.pause(start + .milliseconds(460)))
    framer.add(.resume(start + .milliseconds(460) + pause))
    left = pause
    add(22_080..<33_600, &framer)
    framer.add(.finish(start + .milliseconds(690) + pause))
    add(33_600..<36_000, &framer)
    #expect(framer.isOver)
    var row = Row(end: framer.end.map { $0 - start }, filled: framer.filled, dropped: framer.dropped)
    while let block = framer.next() {
      row.samples += block.samples
      row.times.append(block.time - start)
      row.captured.append(block.capturedAt - start)
    }
    return row
  }

  @Test(arguments: ages) func `after a long time the framer's output is the same to the sample`(age: MediaTime) {
    let expected = row(from: Self.start, consumed: 0)
    #expect(expected.filled == 12_000 - 9702 && expected.dropped == 1400)
    #expect(expected.end == .milliseconds(690) && expected.times.count == 35)
    let later = row(from: Self.start + age, consumed: age.ticks(at: AudioFrame.sampleRate))
    #expect(later == expected)
  }

  @Test(arguments: ages) func `a long pause changes only the later capture times`(age: MediaTime) {
    let short = row(from: Self.start, consumed: 0)
    var long = row(from: Self.start, consumed: 0, pause: age)
    #expect(long.captured.last == short.captured.last.map { $0 + age - .seconds(1) })
    long.captured = short.captured
    #expect(long == short)
  }
}

@Suite struct EncodePlannerAgeTests {
  private struct Course: Equatable {
    var times: [MediaTime]
    var kinds: [EncodePlanner.Kind?]
    var quantizers: [Int]
    var bits: [Int]
    var idleWakes: Int
  }

  /// The frames planned from `start` on for motion, small changes and a still screen.
  private func course(from start: MediaTime, _ settings: EncodingSettings) -> Course {
    var desktop = PlannerSimulation(settings, seed: 5)
    desktop.now = start
    desktop.noise = 0.3
    desktop.planner.change(desktop.all, now: start)
    let (all, line) = (desktop.all, desktop.area(2..<9, 3..<5))
    desktop.run(.seconds(4), every: .milliseconds(33)) { _ in all }
    desktop.run(.seconds(3), every: .milliseconds(250)) { _ in line }
    desktop.run(.seconds(8))
    return Course(
      times: desktop.outputs.map { $0.time - start }, kinds: desktop.outputs.map(\.kind),
      quantizers: desktop.outputs.map(\.quantizer), bits: desktop.outputs.map(\.bits), idleWakes: desktop.idleWakes)
  }

  @Test(arguments: ages, [EncodingSettings.RateControl.average, .ceiling])
  func `frames are planned after a long time as at the beginning`(age: MediaTime, control: EncodingSettings.RateControl)
  {
    var settings = PlannerSimulation.settings
    settings.rateControl = control
    let expected = course(from: .seconds(1000), settings)
    #expect(expected.times.count > 100)
    #expect(course(from: .seconds(1000) + age, settings) == expected)
  }

  @Test(arguments: ages) func `bits sent a long time ago are available again`(age: MediaTime) {
    var window = RateWindow(bitrate: 1_000_000, span: .seconds(2))
    window.add(bits: 5_000_000, now: .seconds(1))
    #expect(window.available(now: .seconds(1)) == -3_000_000)
    #expect(window.available(now: .seconds(1) + age) == 2_000_000)
    window.add(bits: 500_000, now: .seconds(1) + age)
    #expect(window.available(now: .seconds(2) + age) == 1_500_000)
    #expect(window.available(now: .seconds(4) + age) == 2_000_000)
  }
}

/// libvpx in memory.
@Suite struct CodecAgeTests {
  /// Three frames of a picture that changes, the first at `start`.
  private func frames(from start: MediaTime) throws -> [[UInt8]] {
    var painted = PaintedPicture(width: 161, height: 121)
    let picture = I420Picture(size: painted.size)
    var encoder = try VP8Encoder(size: painted.size, threads: 1)
    return try (0..<3 as Range<Int64>).map { round in
      painted.write(PixelRect(painted.size), seed: UInt64(round))
      convert(painted, DirtyRegion(PixelRect(painted.size)), into: picture)
      var active = MacroblockMap(size: painted.size)
      active.markAll()
      return try encoder.encode(
        picture,
        VP8Encoder.Request(
          active: round == 0 ? nil : active, quantizer: VP8Quantizer(20), speed: 4, isKeyFrame: round == 0),
        time: start + .milliseconds(33 * round))
    }
  }

  @Test(arguments: ages) func `libvpx codes the same frames at any timestamp`(age: MediaTime) throws {
    #expect(try frames(from: age) == frames(from: .milliseconds(1)))
  }

  @Test(arguments: ages) func `a worker's frames have the times of their captures`(age: MediaTime) throws {
    var painted = PaintedPicture(width: 161, height: 121)
    var worker = try EncodeWorker(settings: EncodingSettings(), size: painted.size)
    let converter = PictureConverter(inputSize: painted.size, outputSize: painted.size)
    var now = age
    var frames: [EncodedVideoFrame] = []
    for round in 0..<10 {
      painted.write(PixelRect(painted.size), seed: UInt64(round))
      var input = EncodeWorker.Input(ended: false, keyFrameRequested: false)
      input.changed = convert(painted, DirtyRegion(PixelRect(painted.size)), into: worker.picture, converter)
      input.capture = SkippedFrame(
        timestamp: now - .milliseconds(2), reason: .encoderBusy, captureTime: .zero, convertTime: .zero)
      if let frame = try worker.work(input, now: now) { frames.append(frame) }
      now += .milliseconds(33)
    }
    #expect(frames.map(\.timestamp) == (0..<10).map { age - .milliseconds(2) + .milliseconds(33 * $0) })
    #expect(frames.map(\.kind) == Array(repeating: .change, count: 10))
  }
}
