import Media
import TestSupport
import Testing

@testable import Capture

@Suite struct FramePacerTests {
  /// Draws at `steps` and captures each change as soon as the pacer allows.
  /// - Returns: the captures' times, and the number of steps in each.
  private func capture(_ steps: [MediaTime], frameRate: Double) -> [(time: MediaTime, steps: Int)] {
    var pacer = FramePacer(frameRate: frameRate, now: .zero)
    var frames: [(time: MediaTime, steps: Int)] = []
    var index = 0
    while index < steps.count {
      let time = max(steps[index], pacer.next)
      let count = steps[index...].prefix { $0 <= time }.count
      frames.append((time, count))
      pacer.tookFrame(at: time)
      index += count
    }
    return frames
  }

  private func steps(every period: Double, jitter: Int64, count: Int) -> [MediaTime] {
    var random = SeededRandom(seed: 7)
    return (0..<count).map { index in
      let offset = jitter == 0 ? 0 : Int64.random(in: -jitter...jitter, using: &random)
      return .seconds(1 + Double(index) * period) + .nanoseconds(offset)
    }
  }

  @Test func `30 steps a second, each up to 5 ms early or late, are all captured at a limit of 30`() {
    let frames = capture(steps(every: 1 / 30, jitter: 5_000_000, count: 3000), frameRate: 30)
    #expect(frames.count == 3000)
    #expect(frames.allSatisfy { $0.steps == 1 })
  }

  @Test func `60 steps a second give 30 frames at a limit of 30`() {
    let frames = capture(steps(every: 1 / 60, jitter: 0, count: 6000), frameRate: 30)
    #expect((2999...3002).contains(frames.count))
  }

  @Test func `the mean rate stays below the limit for any steps`() {
    for period in [0.001, 0.011, 0.017, 0.029, 0.032] {
      let frames = capture(steps(every: period, jitter: 4_000_000, count: 5000).sorted(), frameRate: 30)
      let length = frames[frames.count - 1].time - frames[0].time
      // A slot used late lets the next come half an interval early, once.
      #expect(Double(frames.count) <= length.seconds * 30 + 2)
    }
  }

  @Test func `a change after a pause is captured at once`() {
    var pacer = FramePacer(frameRate: 30, now: .zero)
    pacer.tookFrame(at: .zero)
    #expect(pacer.isDue(.seconds(5)))
  }
}
