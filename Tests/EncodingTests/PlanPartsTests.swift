import Media
import Testing

@testable import Encoding

private let size = PixelSize(width: 320, height: 160)
private let start = MediaTime.seconds(1000)

/// The first `count` of the 200 macroblocks.
private func map(_ count: Int, from first: Int = 0) -> MacroblockMap {
  var map = MacroblockMap(size: size)
  for index in first..<first + count { map[index] = true }
  return map
}

@Suite struct MotionTrackerTests {
  @Test func `30 whole pictures a second are motion, 30 small changes a second are not`() {
    for (count, isMoving) in [(200, true), (2, false)] {
      var motion = MotionTracker(size: size, frameRate: 30)
      for frame in 0..<60 { motion.change(map(count), now: start + .seconds(Double(frame) / 30)) }
      #expect(motion.isMoving == isMoving)
      #expect((25...31).contains(motion.rate))
    }
  }

  @Test func `four changes at the frame rate show the rate at once, and a rate never exceeds the frame rate`() {
    var motion = MotionTracker(size: size, frameRate: 30)
    motion.change(map(1), now: start - .seconds(60))
    for frame in 0..<4 { motion.change(map(1), now: start + .milliseconds(Int64(frame) * 33)) }
    #expect(motion.rate > 29 && motion.rate <= 30)
    for frame in 0..<8 { motion.change(map(1), now: start + .seconds(1) + .milliseconds(Int64(frame))) }
    #expect(motion.rate <= 30)
  }

  @Test func `a macroblock is in motion for 250 to 500 ms after its change`() {
    var motion = MotionTracker(size: size, frameRate: 30)
    motion.change(map(10), now: start)
    motion.change(map(10, from: 10), now: start + .milliseconds(200))
    motion.advance(to: start + .milliseconds(260))
    #expect(motion.still(map(30)) == map(10, from: 20))
    motion.change(map(5), now: start + .milliseconds(300))
    motion.advance(to: start + .milliseconds(520))
    #expect(motion.still(map(30)) == map(25, from: 5))
    motion.advance(to: start + .seconds(2))
    #expect(motion.still(map(30)) == map(30))
  }
}

@Suite struct KeyFrameScheduleTests {
  private func schedule(isKept: Bool) -> KeyFrameSchedule {
    var schedule = KeyFrameSchedule(settings: EncodingSettings(), size: size)
    schedule.isKept = isKept
    schedule.begin(now: start)
    schedule.coded(isKeyFrame: true)
    return schedule
  }

  @Test func `the first frame is requested, and a coded key frame answers a request`() {
    var schedule = KeyFrameSchedule(settings: EncodingSettings(), size: size)
    #expect(schedule.isRequested)
    schedule.coded(isKeyFrame: true)
    #expect(!schedule.isRequested)
    schedule.request()
    schedule.coded(isKeyFrame: false)
    #expect(schedule.isRequested)
  }

  @Test func `key frames are due after keyFrameInterval frames`() {
    var schedule = schedule(isKept: false)
    for _ in 1..<EncodingSettings().keyFrameInterval {
      #expect(!schedule.isDue(lastOutput: start, now: start))
      schedule.coded(isKeyFrame: false)
    }
    #expect(schedule.isDue(lastOutput: start, now: start))
  }

  @Test func `kept pictures have a key frame after 10 s if over a twentieth has changed, else after 60 s`() {
    #expect(schedule(isKept: false).seekPointAt == .distantFuture)
    var schedule = schedule(isKept: true)
    schedule.change(map(10))
    #expect(schedule.seekPointAt == start + .seconds(60))
    schedule.change(map(1, from: 10))
    #expect(schedule.seekPointAt == start + .seconds(10))
  }

  @Test func `a key frame comes early by the interval of its frame, at most 500 ms`() {
    var schedule = schedule(isKept: true)
    schedule.change(map(200))
    let due = start + .seconds(10)
    for (interval, lead) in [(Int64(100), Int64(100)), (3000, 500)] {
      let last = { (now: MediaTime) in now - .milliseconds(interval) }
      let early = due - .milliseconds(lead)
      #expect(schedule.isDue(lastOutput: last(early), now: early))
      let tooEarly = early - .milliseconds(1)
      #expect(!schedule.isDue(lastOutput: last(tooEarly), now: tooEarly))
    }
  }
}

@Suite struct RefinementTests {
  /// A refinement after a change of the first `coarse` of 100 macroblocks at quantizer 40, and of the others at 4.
  private func refinement(_ control: EncodingSettings.RateControl, coarse: Int) -> Refinement {
    var settings = EncodingSettings()
    settings.rateControl = control
    var refinement = Refinement(settings: settings, strategy: PlanStrategy(control).refining, size: size)
    for (part, quantizer) in [(map(coarse), 40), (map(100 - coarse, from: coarse), 4)] {
      let step = EncodePlanner.Step(kind: .change, map: part, quantizer: VP8Quantizer(quantizer), speed: 4)
      refinement.coded(step, bits: 1000, unsharp: part, now: start)
    }
    return refinement
  }

  @Test(arguments: [(13, 6), (12, 0)])
  func `a file's macroblocks are refined together, first with 6 if over an eighth is coarse`(
    coarse: Int, quantizer: Int
  ) {
    let refinement = refinement(.average, coarse: coarse)
    let step = refinement.step(refinement.unsharp, bits: 10_000_000)
    #expect(step.map == map(100) && step.quantizer.value == quantizer && step.kind == .refinement)
    // A refinement is never coarser than 20.
    #expect(refinement.step(refinement.unsharp, bits: 0).quantizer.value == 20)
  }

  @Test func `a viewer's coarse macroblocks are refined before the others, as many as the bits allow`() {
    var refinement = refinement(.ceiling, coarse: 40)
    let all = refinement.step(refinement.unsharp, bits: 10_000_000)
    #expect(all.map == map(40) && all.quantizer.value == 6)
    let few = refinement.step(refinement.unsharp, bits: 1)
    #expect(few.map == map(1))
    refinement.coded(all, bits: 1000, unsharp: map(40), now: start)
    let next = refinement.step(refinement.unsharp, bits: 10_000_000)
    #expect(next.map == map(100) && next.quantizer.value == 0)
  }

  @Test func `macroblocks that the finest quantizer does not make sharp are left after finestPasses`() {
    var refinement = refinement(.average, coarse: 0)
    for _ in 0..<EncodingSettings().finestPasses {
      #expect(refinement.unsharp == map(100))
      let step = refinement.step(refinement.unsharp, bits: 10_000_000)
      refinement.coded(step, bits: 1000, unsharp: map(100), now: start)
    }
    #expect(refinement.unsharp.isEmpty)
  }

  @Test func `while something moves, macroblocks at rest are refined every 300 ms`() {
    let refinement = refinement(.average, coarse: 100)
    var motion = MotionTracker(size: size, frameRate: 30)
    motion.change(map(50), now: start)
    #expect(refinement.candidates(motion, now: start) == map(50, from: 50))
    #expect(refinement.candidates(motion, now: start + .milliseconds(50)) == map(100))
    var refined = refinement
    let step = refined.step(map(10, from: 90), bits: 10_000_000)
    refined.coded(step, bits: 1000, unsharp: MacroblockMap(size: size), now: start)
    #expect(refined.candidates(motion, now: start + .milliseconds(40)) == nil)
    #expect(!refined.isDue(now: start + .milliseconds(30)) && refined.isDue(now: start + .milliseconds(34)))
    #expect(refined.nextTime(motion) == motion.stillFrom)
  }
}
