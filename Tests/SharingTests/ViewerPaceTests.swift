import RTP
import Testing

@testable import Sharing

@Suite struct ViewerPaceTests {
  /// A viewer's pace with its total counts.
  private struct Course {
    var pace = ViewerPace()
    private var total = ViewerPace.Second()

    init() { _ = pace.second(total) }

    /// A second with these frames, and with `packets` of which the share `loss` is lost.
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

    /// Whether the viewer is behind after each of these seconds.
    mutating func behind(_ seconds: [(sent: UInt64, dropped: UInt64)]) -> [Bool] {
      seconds.map {
        #expect(second($0.sent, dropped: $0.dropped) == .none)
        return pace.isBehind
      }
    }

    /// Seconds without pictures up to the next probe.
    mutating func untilProbe() -> Int {
      for count in 1...60 where second(0, packets: 0) == .probe { return count }
      return 0
    }
  }

  @Test func `a viewer is behind after two seconds with more dropped than sent, until three without drops`() {
    var (first, second, third) = (Course(), Course(), Course())
    #expect(first.behind([(30, 0), (2, 28), (1, 29), (1, 29)]) == [false, false, true, true])
    #expect(second.behind([(0, 30), (0, 30), (30, 0), (30, 0), (30, 0)]) == [false, true, true, true, false])
    let course = third.behind([(0, 30), (0, 30), (30, 0), (20, 4), (30, 0), (30, 0), (30, 0)])
    #expect(course.suffix(2) == [true, false])
    #expect(!third.pace.isPaused)
  }

  @Test func `a delayed key frame, a still screen and a new stream do not put a viewer behind`() {
    var (first, second) = (Course(), Course())
    #expect(first.behind([(10, 5), (30, 0), (8, 7), (30, 0)]).allSatisfy { !$0 })
    #expect(second.behind([(1, 0), (0, 1), (0, 2), (0, 1), (1, 0)]).allSatisfy { !$0 })
    var pace = ViewerPace()
    _ = pace.second(.init(framesSent: 500, framesDropped: 100))
    _ = pace.second(.init(framesSent: 3, framesDropped: 2))
    #expect(!pace.isBehind)
  }

  @Test func `two reports in a row of high loss put a viewer behind; reports of two packets do not`() {
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

  @Test func `80 % loss at the lowest rate pauses a viewer, who is probed at growing intervals and then resumed`() {
    var course = Course()
    // While the rate can fall there is no pause.
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

    // Paused again soon: the interval stays long. After 15 good seconds: it is three seconds again.
    #expect((0..<2).map { _ in course.second(loss: 0.5, isLowest: true) } == [.none, .pause])
    #expect(course.untilProbe() == 15)
    #expect(course.second(0, packets: 0, probe: .carried) == .resume)
    for _ in 0..<20 { #expect(course.second() == .none) }
    #expect((0..<2).map { _ in course.second(loss: 0.5, isLowest: true) } == [.none, .pause])
    #expect(course.untilProbe() == 3)
    // An inconclusive probe resumes as well.
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

  @Test func `a loss of 31 % pauses a viewer, a loss of 30 % does not`() {
    var (tolerable, excessive) = (Course(), Course())
    for _ in 0..<60 { #expect(tolerable.second(packets: 1000, loss: 0.3, isLowest: true) == .none) }
    #expect(!tolerable.pace.isBehind)
    #expect((0..<2).map { _ in excessive.second(packets: 1000, loss: 0.31, isLowest: true) } == [.none, .pause])
  }

  @Test func `few packets a second are judged together once there are twenty`() {
    var course = Course()
    // Ten a second: every other second completes twenty.
    let actions = (0..<4).map { _ in course.second(1, packets: 10, loss: 0.5, isLowest: true) }
    #expect(actions == [.none, .none, .none, .pause])
  }

  @Test func `a good report resets the count of lossy ones`() {
    var course = Course()
    for loss in [0.5, 0.1, 0.5, 0.1, 0.5] { #expect(course.second(loss: loss, isLowest: true) == .none) }
    #expect(!course.pace.isPaused)
    #expect(course.second(loss: 0.5, isLowest: true) == .pause)
  }

  @Test func `with 90 % loss a viewer is behind, and paused only when the rate is at its lowest`() {
    var course = Course()
    #expect((0..<10).map { _ in course.second(loss: 0.9) } == Array(repeating: .none, count: 10))
    #expect(course.pace.isBehind && !course.pace.isPaused)
    #expect(course.second(loss: 0.9, isLowest: true) == .pause)
  }

  @Test(arguments: [RTPProbeOutcome.carried, .unanswered, nil] as [RTPProbeOutcome?])
  func `a paused viewer is probed after three seconds and resumed unless the probe was lost`(
    outcome: RTPProbeOutcome?
  ) {
    var course = Course()
    #expect((0..<2).map { _ in course.second(loss: 0.5, isLowest: true) } == [.none, .pause])
    // Counts and an earlier probe's outcome are ignored meanwhile.
    #expect(course.second(5, dropped: 90, loss: 1, probe: .carried) == .none)
    #expect(course.second(0, packets: 0, probe: .lost) == .none)
    #expect(course.second(0, packets: 0) == .probe)
    for _ in 0..<5 { #expect(course.second(0, packets: 0, probe: .underWay) == .none) }
    #expect(course.pace.isPaused && course.pace.isBehind)
    #expect(course.second(0, packets: 0, probe: outcome) == .resume)
    // The first second afterwards is only the base of the next difference.
    #expect(course.behind([(0, 90), (30, 0), (30, 0), (30, 0)]) == [true, true, true, false])
  }

  @Test func `falling counts are a new base, without an effect of their own`() {
    var pace = ViewerPace()
    var second = ViewerPace.Second(framesSent: 100, framesDropped: 90, packetsReceived: 1000, packetsLost: 900)
    #expect(pace.second(second) == .none)
    second = ViewerPace.Second(
      framesSent: 1, framesDropped: 0, packetsReceived: 10, packetsLost: 0, isAtLowestRate: true)
    #expect(pace.second(second) == .none)
    // The lost packets are expected minus received, and may fall: a late packet counted as lost before.
    second = ViewerPace.Second(
      framesSent: 30, framesDropped: 0, packetsReceived: 9, packetsLost: -5, isAtLowestRate: true)
    #expect(pace.second(second) == .none)
    second = ViewerPace.Second(
      framesSent: 60, framesDropped: 0, packetsReceived: .max, packetsLost: -5, isAtLowestRate: true)
    #expect(pace.second(second) == .none)
    #expect(!pace.isBehind && !pace.isPaused)
  }
}
