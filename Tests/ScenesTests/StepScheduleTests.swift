import Testing

@testable import Scenes

@Suite struct StepScheduleTests {
  @Test func `late steps do not delay later ones`() {
    var schedule = StepSchedule(start: 1000, stepsPerSecond: 30)
    var now: Int64 = 1000
    for step in 1...3000 {
      let due = schedule.next(now: now)
      #expect(due == 1000 + Int64(step) * 1_000_000_000 / 30)
      now = (due ?? 0) + 5_000_000
    }
  }

  @Test func `steps whose whole interval has passed are skipped`() {
    var schedule = StepSchedule(start: 0, stepsPerSecond: 10)
    #expect(schedule.next(now: 0) == 100_000_000)
    #expect(schedule.next(now: 950_000_000) == 900_000_000)
    #expect(schedule.next(now: 950_000_001) == 1_000_000_000)
  }

  @Test func `there is no step at or after the end, and none at rate zero`() {
    var schedule = StepSchedule(start: 0, stepsPerSecond: 2, end: 1_000_000_000)
    #expect(schedule.next(now: 0) == 500_000_000)
    #expect(schedule.next(now: 500_000_000) == nil)
    var still = StepSchedule(start: 0, stepsPerSecond: 0)
    #expect(still.next(now: 5) == nil)
  }
}
