import Media
import Testing

@testable import Recording

/// Recordings on machines that have been up for one hour, 54 hours, a month and a year, and that last as long.
@Suite struct RecordingAgeTests {
  static let ages = [3600.0, 54 * 3600, 30 * 86_400, 366 * 86_400].map(MediaTime.seconds)

  @Test(arguments: ages) func `a capture time is exact to the nanosecond after a long time`(age: MediaTime) {
    var timeline = RecorderTimeline()
    let start = MediaTime.seconds(1000) + age
    #expect(timeline.place(start) == .zero)
    #expect(timeline.place(start + age + .nanoseconds(1)) == age + .nanoseconds(1))
    #expect(timeline.duration(now: start + age) == age)
  }

  @Test(arguments: ages) func `one long pause and many short ones leave no gap`(age: MediaTime) {
    var timeline = RecorderTimeline()
    _ = timeline.place(.seconds(1))
    timeline.pause(now: .seconds(2))
    #expect(timeline.duration(now: .seconds(2) + age) == .seconds(1))
    timeline.resume(now: .seconds(2) + age)
    #expect(timeline.place(.seconds(3) + age) == .seconds(2))
    // Records a thousandth of the time, and pauses as long, a thousand times.
    let part = MediaTime(nanoseconds: age.nanoseconds / 1000)
    var now = MediaTime.seconds(3) + age
    for _ in 0..<1000 {
      timeline.pause(now: now)
      timeline.resume(now: now + part)
      now += part + part
    }
    #expect(timeline.duration(now: now) == .seconds(2) + age)
    #expect(timeline.place(now) == .seconds(2) + age)
  }

  /// The order of interleaved pictures and sound from `start` on: lanes, times and steps.
  private func interleaved(from start: MediaTime) -> [String] {
    var lanes = Interleaver<Int>()
    let picture = lanes.addLane(maximumWait: .milliseconds(250), keepsNewest: false)
    let sound = lanes.addLane(maximumWait: .milliseconds(900), keepsNewest: true)
    var log: [String] = []
    for step in 0..<100 as Range<Int64> {
      let now = start + .milliseconds(step * 20)
      if step % 3 == 0, step < 60 { lanes.add(0, to: picture, at: now - .milliseconds(30), now: now) }
      lanes.add(1, to: sound, at: now - .milliseconds(90), until: now - .milliseconds(70), now: now)
      while let block = lanes.next(now: now) {
        log.append("\(block.lane) \((block.time - start).nanoseconds) at \(step)")
      }
      log.append("\(lanes.deadline.map { ($0 - start).nanoseconds } ?? -1)")
    }
    return log
  }

  @Test(arguments: ages) func `tracks are interleaved after a long time as at the beginning`(age: MediaTime) {
    let expected = interleaved(from: .seconds(1000))
    #expect(expected.count > 150)
    #expect(interleaved(from: .seconds(1000) + age) == expected)
  }
}
