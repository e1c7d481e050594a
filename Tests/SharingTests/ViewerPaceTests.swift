import RTP
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

  @Test func `a second is short when three frames or more were dropped, and more than were sent`() {
    func isBehind(afterTwo second: (sent: UInt64, dropped: UInt64)) -> Bool {
      var course = Course()
      return course.behind([second, second]) == [false, true]
    }
    #expect(isBehind(afterTwo: (2, 3)) && isBehind(afterTwo: (0, 3)) && isBehind(afterTwo: (14, 15)))
    #expect(!isBehind(afterTwo: (0, 2)) && !isBehind(afterTwo: (3, 3)) && !isBehind(afterTwo: (15, 15)))
  }

  @Test func `a loss of 30 % is borne, a loss of 31 % is not`() {
    var (borne, unbearable) = (Course(), Course())
    for _ in 0..<60 { #expect(borne.second(packets: 1000, loss: 0.3, isLowest: true) == .none) }
    #expect(!borne.pace.isBehind)
    #expect((0..<2).map { _ in unbearable.second(packets: 1000, loss: 0.31, isLowest: true) } == [.none, .pause])
  }

  @Test func `few packets a second are judged together once there are twenty`() {
    var course = Course()
    // Ten a second: every other second is one in which something is known.
    let actions = (0..<4).map { _ in course.second(1, packets: 10, loss: 0.5, isLowest: true) }
    #expect(actions == [.none, .none, .none, .pause])
  }

  @Test func `a good report in between begins the count of lossy ones again`() {
    var course = Course()
    for loss in [0.5, 0.1, 0.5, 0.1, 0.5] { #expect(course.second(loss: loss, isLowest: true) == .none) }
    #expect(!course.pace.isPaused)
    #expect(course.second(loss: 0.5, isLowest: true) == .pause)
  }

  @Test func `a viewer whose rate can still fall is behind and not paused, until the rate is at its lowest`() {
    var course = Course()
    #expect((0..<10).map { _ in course.second(loss: 0.9) } == Array(repeating: .none, count: 10))
    #expect(course.pace.isBehind && !course.pace.isPaused)
    #expect(course.second(loss: 0.9, isLowest: true) == .pause)
  }

  @Test(arguments: [RTPProbeOutcome.carried, .unanswered, nil] as [RTPProbeOutcome?])
  func `a paused viewer waits three seconds, is tried, and gets pictures unless the try was lost`(
    outcome: RTPProbeOutcome?
  ) {
    var course = Course()
    #expect((0..<2).map { _ in course.second(loss: 0.5, isLowest: true) } == [.none, .pause])
    // Whatever is counted meanwhile, and whatever the try before came to.
    #expect(course.second(5, dropped: 90, loss: 1, probe: .carried) == .none)
    #expect(course.second(0, packets: 0, probe: .lost) == .none)
    #expect(course.second(0, packets: 0) == .probe)
    for _ in 0..<5 { #expect(course.second(0, packets: 0, probe: .underWay) == .none) }
    #expect(course.pace.isPaused && course.pace.isBehind)
    #expect(course.second(0, packets: 0, probe: outcome) == .resume)
    // The first second afterwards is only counted from.
    #expect(course.behind([(0, 90), (30, 0), (30, 0), (30, 0)]) == [true, true, true, false])
  }

  @Test func `counts that fall begin anew, and say nothing`() {
    var pace = ViewerPace()
    var second = ViewerPace.Second(framesSent: 100, framesDropped: 90, packetsReceived: 1000, packetsLost: 900)
    #expect(pace.second(second) == .none)
    second = ViewerPace.Second(
      framesSent: 1, framesDropped: 0, packetsReceived: 10, packetsLost: 0, isAtLowestRate: true)
    #expect(pace.second(second) == .none)
    // What is lost is a difference to what was expected, and may fall: a late packet was none.
    second = ViewerPace.Second(
      framesSent: 30, framesDropped: 0, packetsReceived: 9, packetsLost: -5, isAtLowestRate: true)
    #expect(pace.second(second) == .none)
    second = ViewerPace.Second(
      framesSent: 60, framesDropped: 0, packetsReceived: .max, packetsLost: -5, isAtLowestRate: true)
    #expect(pace.second(second) == .none)
    #expect(!pace.isBehind && !pace.isPaused)
  }
}
