import Testing

@testable import Media

/// Clocks and counters of programs that have run for an hour, for 54 (nanoseconds times 48 000 overflow 64 bits then), for a
/// month and for a year.
private let ages = [3600.0, 54 * 3600, 30 * 86_400, 366 * 86_400].map(MediaTime.seconds)

/// The conversion that all counts of samples and of timestamp units use.
@Suite struct MediaTimeAgeTests {
  /// The expected result, by 128-bit arithmetic.
  private func scaled(_ value: Int64, by factor: Int64, over divisor: Int64) -> Int64 {
    divisor.dividingFullWidth(value.multipliedFullWidth(by: factor)).quotient
  }

  @Test(arguments: ages, [8000, 44_100, 48_000, 65_536, 90_000, 1_000_000])
  func `counts and times are converted exactly, both ways`(age: MediaTime, rate: Int) {
    let ticks = age.ticks(at: rate)
    for count in [ticks - 1, ticks, ticks + 1, ticks + Int64(rate) / 3] {
      let time = MediaTime(ticks: count, at: rate)
      #expect(time.nanoseconds == scaled(count, by: 1_000_000_000, over: Int64(rate)))
      #expect(time.roundedTicks(at: rate) == count)
      #expect((count - 1...count).contains(time.ticks(at: rate)))
    }
    for rest in [0, 1, 20_833, 499_999_999, 999_999_999] as [Int64] {
      let time = age + .nanoseconds(rest)
      #expect(time.ticks(at: rate) == scaled(time.nanoseconds, by: Int64(rate), over: 1_000_000_000))
    }
  }

  @Test func `negative times are rounded down, and to the nearest tick symmetrically`() {
    #expect(MediaTime(ticks: -1, at: 48_000).nanoseconds == -20_834)
    #expect(MediaTime(ticks: -48_000, at: 48_000) == .seconds(-1))
    #expect(MediaTime.nanoseconds(31_250).roundedTicks(at: 48_000) == 2)
    #expect(MediaTime.nanoseconds(-31_250).roundedTicks(at: 48_000) == -2)
    #expect(MediaTime.nanoseconds(10_416).roundedTicks(at: 48_000) == 0)
  }

  @Test func `extreme counts and times do not trap`() {
    for extreme in [Int64.min, .min + 1, .max] {
      _ = MediaTime(ticks: extreme, at: 1)
      _ = MediaTime(ticks: extreme, at: 48_000)
      _ = MediaTime(nanoseconds: extreme).ticks(at: 90_000)
      _ = MediaTime(nanoseconds: extreme).roundedTicks(at: 90_000)
    }
  }
}

@Suite struct PCMSourceAgeTests {
  @Test(arguments: ages) func `samples pushed without a gap keep their timestamps`(age: MediaTime) {
    let start = MediaTime.seconds(1000)
    let source = PCMSource(channelCount: 1, continuing: start, count: age.ticks(at: AudioFrame.sampleRate))
    let log = SoundLog()
    source.attach(log)
    for _ in 0..<100 { source.push([Float](repeating: 0, count: 441)) }
    #expect(
      log.times == (0..<100).map { start + age + MediaTime(nanoseconds: Int64($0) * 441 * 1_000_000_000 / 48_000) })
  }
}

@Suite struct FramePacerAgeTests {
  /// The times of the pictures, since `start`, for steps every 33.3 ms, some early and some late.
  private func slots(from start: MediaTime) -> [MediaTime] {
    var pacer = FramePacer(frameRate: 30, now: start)
    var taken: [MediaTime] = []
    for step in 0..<300 as Range<Int64> {
      let now = max(start + .nanoseconds(step * 33_333_333 + step * 7 % 5 * 1_000_000), pacer.next)
      guard pacer.isDue(now) else { continue }
      pacer.tookFrame(at: now)
      taken.append(now - start)
    }
    return taken
  }

  @Test(arguments: ages) func `slots after long runs are as at the beginning`(age: MediaTime) {
    #expect(slots(from: age) == slots(from: .zero))
  }
}
