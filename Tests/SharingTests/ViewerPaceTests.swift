import RTCProtocol
import Testing

@testable import Sharing

@Suite struct ViewerPaceTests {
  /// A viewer, and the counts of what was sent and has come.
  private struct Course {
    var pace = ViewerPace()
    private var total = ViewerPace.Second()

    init() { _ = pace.second(total) }

    /// A second with so many frames, and packets of which such a share is lost.
    mutating func second(
      _ sent: UInt64 = 30, dropped: UInt64 = 0, packets: Int64 = 100, loss: Double = 0, isLowest: Bool = false,
      probe: RTPProbeOutcome? = nil
    ) -> ViewerPace.Action {
      total.framesSent += sent
      total.framesDropped += dropped
      total.packetsLost += Int64(Double(packets) * loss)
      total.packetsReceived += packets - Int64(Double(packets) * loss)
      total.isAtLowestRate = isLowest
      total.probe = probe
      return pace.second(total)
    }

    /// Whether the viewer is behind after each of such seconds.
    mutating func behind(_ seconds: [(sent: UInt64, dropped: UInt64)]) -> [Bool] {
      seconds.map {
        #expect(second($0.sent, dropped: $0.dropped) == .none)
        return pace.isBehind
      }
    }

    /// Seconds without pictures up to the next try.
    mutating func untilProbe() -> Int {
      for count in 1...60 where second(0, packets: 0) == .probe { return count }
      return 0
    }
  }

  @Test func `two seconds with more dropped than sent make a viewer slow, three without make up for it`() {
    var (first, second, third) = (Course(), Course(), Course())
    #expect(first.behind([(30, 0), (2, 28), (1, 29), (1, 29)]) == [false, false, true, true])
    #expect(second.behind([(0, 30), (0, 30), (30, 0), (30, 0), (30, 0)]) == [false, true, true, true, false])
    let course = third.behind([(0, 30), (0, 30), (30, 0), (20, 4), (30, 0), (30, 0), (30, 0)])
    #expect(course.suffix(2) == [true, false])
    #expect(!third.pace.isPaused)
  }

  @Test func `a key frame that was waited for, a still screen and a new stream make nobody slow`() {
    var (first, second) = (Course(), Course())
    #expect(first.behind([(10, 5), (30, 0), (8, 7), (30, 0)]).allSatisfy { !$0 })
    #expect(second.behind([(1, 0), (0, 1), (0, 2), (0, 1), (1, 0)]).allSatisfy { !$0 })
    var pace = ViewerPace()
    _ = pace.second(.init(framesSent: 500, framesDropped: 100))
    _ = pace.second(.init(framesSent: 3, framesDropped: 2))
    #expect(!pace.isBehind)
  }

  @Test func `what is lost on the way makes a viewer slow; few packets say nothing of it`() {
    var course = Course()
    let behind = [0.1, 0.6, 0.2, 0.6, 0.6, 0.1, 0.1, 0.5, 0, 0, 0].map { loss in
      #expect(course.second(loss: loss) == .none)
      return course.pace.isBehind
    }
    #expect(behind == [false, false, false, false, true, true, true, true, true, true, false])
    var still = Course()
    for _ in 0..<9 { #expect(still.second(1, packets: 2, loss: 0.5, isLowest: true) == .none) }
    #expect(!still.pace.isBehind)
  }

  @Test func `who loses most at the lowest rate is paused, tried ever more seldom, and goes on when the path carries`()
  {
    var course = Course()
    // The rate can fall: it is given the time.
    for _ in 0..<4 { #expect(course.second(loss: 0.8) == .none) }
    #expect(course.second(loss: 0.8, isLowest: true) == .pause)
    #expect(course.pace.isBehind && course.pace.isPaused)
    for wait in [3, 6, 12, 15, 15] {
      #expect(course.untilProbe() == wait)
      #expect(course.second(0, packets: 0, probe: .underWay) == .none)
      #expect(course.second(0, packets: 0, probe: .lost) == .none)
    }
    #expect(course.untilProbe() == 15)
    #expect(course.second(0, packets: 0, probe: .carried) == .resume)
    #expect(course.pace.isBehind && !course.pace.isPaused)
    #expect((0..<5).map { _ in course.second() } == Array(repeating: .none, count: 5))
    #expect(!course.pace.isBehind)

    // Soon again: as if it had never been over. Long after: from the beginning.
    #expect((0..<2).map { _ in course.second(loss: 0.5, isLowest: true) } == [.none, .pause])
    #expect(course.untilProbe() == 15)
    #expect(course.second(0, packets: 0, probe: .carried) == .resume)
    for _ in 0..<20 { #expect(course.second() == .none) }
    #expect((0..<2).map { _ in course.second(loss: 0.5, isLowest: true) } == [.none, .pause])
    #expect(course.untilProbe() == 3)
    // Where nothing is known, a picture is the try.
    #expect(course.second(0, packets: 0, probe: .unanswered) == .resume)
  }
}
