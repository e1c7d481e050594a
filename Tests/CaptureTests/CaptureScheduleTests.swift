import Media
import Testing

@testable import Capture

@Suite struct CaptureScheduleTests {
  private static let start = MediaTime.seconds(100)
  private var schedule = CaptureSchedule(frameRate: 25, now: Self.start)

  /// When the screen is read next, at `milliseconds` after the start.
  private func next(
    at milliseconds: Int64, isAwaited: Bool = false, surface: MediaTime = .seconds(200), mask: MediaTime? = nil,
    pointer: CaptureSchedule.Pointer? = nil
  ) -> MediaTime {
    schedule.nextReading(
      isAwaited: isAwaited, surface: surface, mask: mask, pointer: pointer, now: Self.time(milliseconds))
  }

  private static func time(_ milliseconds: Int64) -> MediaTime { start + .milliseconds(milliseconds) }

  @Test func `without a change the screen is read when the surface or the mask asks for it`() {
    #expect(next(at: 10) == .seconds(200))
    #expect(next(at: 10, mask: Self.time(600)) == Self.time(600))
    #expect(next(at: 10, surface: Self.time(500), mask: Self.time(600)) == Self.time(500))
  }

  @Test mutating func `damage is read once the drawing has settled, counted from its first event`() {
    schedule.noteDamage(at: Self.time(10))
    schedule.noteDamage(at: Self.time(11))
    #expect(schedule.hasChanges)
    #expect(next(at: 11) == Self.time(10) + CaptureSchedule.settleTime)
    schedule.finishReading(hasFailed: false)
    #expect(!schedule.hasChanges)
    #expect(next(at: 12) == .seconds(200))
  }

  @Test mutating func `a change waits for its slot`() {
    schedule.noteDamage(at: Self.time(10))
    schedule.finishReading(hasFailed: false)
    schedule.useSlot(at: Self.time(12))
    schedule.noteDamage(at: Self.time(14))
    #expect(next(at: 14) == Self.time(40))
    #expect(next(at: 14, surface: .zero) == Self.time(40))
  }

  @Test mutating func `a change that was not delivered keeps its time`() {
    schedule.noteDamage(at: Self.time(10))
    schedule.finishReading(hasFailed: false)
    schedule.noteDamage(at: Self.time(15))
    schedule.noteChange(at: Self.time(12))
    #expect(next(at: 16) == Self.time(12) + CaptureSchedule.settleTime)
  }

  @Test mutating func `a new sink gets a picture at once, unless the last reading failed`() {
    schedule.useSlot(at: Self.start)
    #expect(next(at: 1, isAwaited: true) == Self.time(1))
    schedule.finishReading(hasFailed: true)
    #expect(next(at: 1, isAwaited: true, surface: .zero) == Self.time(40))
    schedule.finishReading(hasFailed: false)
    #expect(next(at: 1, isAwaited: true) == Self.time(1))
  }

  @Test func `the pointer is queried every interval while it moves, every 100 ms while it rests`() {
    var pointer = CaptureSchedule.Pointer(isMoving: false, needsShape: false, lastQuery: Self.time(0))
    #expect(next(at: 50, pointer: pointer) == Self.time(100))
    pointer.isMoving = true
    #expect(next(at: 50, pointer: pointer) == Self.time(40))
    pointer.needsShape = true
    #expect(next(at: 50, pointer: pointer) == Self.start)
  }

  @Test mutating func `a program that draws delays the pointer's query by half an interval`() {
    let pointer = CaptureSchedule.Pointer(isMoving: true, needsShape: false, lastQuery: Self.time(0))
    schedule.noteDamage(at: Self.time(0))
    schedule.finishReading(hasFailed: false)
    #expect(next(at: 50, pointer: pointer) == Self.time(60))
    #expect(next(at: 120, pointer: pointer) == Self.time(40))
  }

  @Test mutating func `a faster rate shortens the wait for the slot`() {
    schedule.useSlot(at: Self.start)
    schedule.change(frameRate: 100, now: Self.time(5))
    #expect(schedule.interval == .milliseconds(10))
    #expect(next(at: 5, surface: .zero) == Self.time(15))
  }

  @Test mutating func `a surface that is missing for 500 ms is gone`() {
    let looks = ([0, 499, 500] as [Int64]).map { schedule.noteMissing(at: Self.time($0)) }
    #expect(looks == [Self.time(50), Self.time(549), nil])
  }

  @Test mutating func `a surface that comes back may be missing for 500 ms again`() {
    _ = schedule.noteMissing(at: Self.time(0))
    schedule.notePresent()
    let looks = ([600, 1099, 1100] as [Int64]).map { schedule.noteMissing(at: Self.time($0)) }
    #expect(looks == [Self.time(650), Self.time(1149), nil])
  }
}
