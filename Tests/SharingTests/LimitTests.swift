import Media
import Testing

@testable import Sharing

@Suite struct RestartLimitTests {
  @Test func `the first restart is made at once, the next five seconds later, once for all that ask meanwhile`() {
    var limit = RestartLimit()
    let isFirstMade = limit.request()
    // Just before the end of a second.
    var atOnce = 0
    let made = (1...12).filter { _ in
      let isMade = limit.second()
      for _ in 0..<50 where limit.request() { atOnce += 1 }
      return isMade
    }
    #expect(isFirstMade && atOnce == 0 && made == [6, 12])
  }

  @Test func `nothing is made that nobody asks for any more`() {
    var limit = RestartLimit()
    var made = [limit.request(), limit.request()]
    limit.cancel()
    let later = (1...20).filter { _ in limit.second() }
    made.append(limit.request())
    #expect(made == [true, false, true] && later == [])
  }
}

@Suite struct WarningLimitTests {
  @Test func `a warning is told once in ten minutes`() {
    var limit = WarningLimit()
    let told = stride(from: 0.0, to: 1300, by: 10).filter {
      limit.admits(code: "iceServer", viewer: nil, "No answer.", now: .seconds($0))
    }
    #expect(told == [0, 600, 1200])
  }

  @Test func `one viewer's noise hides neither another's warnings nor those of another kind`() {
    var limit = WarningLimit()
    let told = (0..<5000).count { limit.admits(code: "signal", viewer: "7", "Number \($0).", now: .seconds(1)) }
    let others = [
      limit.admits(code: "signal", viewer: "8", "Number 1.", now: .seconds(2)),
      limit.admits(code: "iceServer", viewer: nil, "No answer.", now: .seconds(2)),
      limit.admits(code: "signal", viewer: "7", "Number 1.", now: .seconds(602)),
    ]
    #expect(told == 16 && others == [true, true, true])
  }

  @Test func `many viewers together are not told of without end, and later ones are`() {
    var limit = WarningLimit()
    let told = (0..<5000).count { limit.admits(code: "signal", viewer: "\($0)", "What?", now: .seconds(1)) }
    let isLateTold = limit.admits(code: "signal", viewer: "late", "What?", now: .seconds(601))
    #expect(told == 100 && isLateTold)
  }
}
