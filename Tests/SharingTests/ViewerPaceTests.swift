import Testing

@testable import Sharing

@Suite struct ViewerPaceTests {
  /// What a path that gets these frames each second, sent and dropped, makes of a viewer after each.
  private func course(_ seconds: [(sent: UInt64, dropped: UInt64)]) -> [Bool] {
    var pace = ViewerPace()
    var total: (sent: UInt64, dropped: UInt64) = (0, 0)
    return ([(0, 0)] + seconds).map { second in
      total = (total.sent + second.sent, total.dropped + second.dropped)
      let was = pace.isBehind
      let hasChanged = pace.second(sent: total.sent, dropped: total.dropped)
      #expect(hasChanged == (was != pace.isBehind))
      return pace.isBehind
    }.dropFirst().map(\.self)
  }

  @Test func `two seconds with more lost than sent make a viewer slow, three without a loss make up for it`() {
    #expect(course([(30, 0), (2, 28), (1, 29), (1, 29)]) == [false, false, true, true])
    #expect(course([(0, 30), (0, 30), (30, 0), (30, 0), (30, 0)]) == [false, true, true, true, false])
    #expect(course([(0, 30), (0, 30), (30, 0), (20, 4), (30, 0), (30, 0), (30, 0)]).suffix(2) == [true, false])
  }

  @Test func `a key frame that was waited for, a still screen and a new stream make nobody slow`() {
    #expect(course([(10, 5), (30, 0), (8, 7), (30, 0)]).allSatisfy { !$0 })
    #expect(course([(1, 0), (0, 1), (0, 2), (0, 1), (1, 0)]).allSatisfy { !$0 })
    var pace = ViewerPace()
    _ = pace.second(sent: 500, dropped: 100)
    _ = pace.second(sent: 3, dropped: 2)
    #expect(!pace.isBehind)
  }

  @Test func `what is sent and lost on the way counts as little as what is not sent`() {
    var pace = ViewerPace()
    let losses = [0.1, 0.6, 0.2, 0.6, 0.6, 0.1, 0.1, 0.5, 0, 0, 0]
    let course = losses.enumerated().map { second, loss in
      _ = pace.second(sent: UInt64(second) * 30, dropped: 0, loss: loss)
      return pace.isBehind
    }
    #expect(course == [false, false, false, false, true, true, true, true, true, true, false])
  }
}
