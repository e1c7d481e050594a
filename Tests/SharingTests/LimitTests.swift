import Media
import Testing

@testable import Sharing

@Suite struct RestartLimitTests {
  @Test func `the first restart is allowed at once, the next five seconds later, one for all requests meanwhile`() {
    var limit = RestartLimit()
    let isFirstAllowed = limit.request()
    // Just before the end of a second.
    var atOnce = 0
    let allowed = (1...12).filter { _ in
      let isAllowed = limit.second()
      for _ in 0..<50 where limit.request() { atOnce += 1 }
      return isAllowed
    }
    #expect(isFirstAllowed && atOnce == 0 && allowed == [6, 12])
  }

  @Test func `a cancelled request allows no later restart`() {
    var limit = RestartLimit()
    var allowed = [limit.request(), limit.request()]
    limit.cancel()
    let later = (1...20).filter { _ in limit.second() }
    allowed.append(limit.request())
    #expect(allowed == [true, false, true] && later == [])
  }
}

@Suite struct WarningLimitTests {
  @Test func `a repeated warning is reported once in ten minutes`() {
    var limit = WarningLimit()
    let reported = stride(from: 0.0, to: 1300, by: 10).filter {
      limit.admits(code: "iceServer", viewer: nil, "No answer.", now: .seconds($0))
    }
    #expect(reported == [0, 600, 1200])
  }

  @Test func `of 5000 different warnings of one viewer 16 are reported, and those of other viewers and codes all`() {
    var limit = WarningLimit()
    let reported = (0..<5000).count { limit.admits(code: "signal", viewer: "7", "Number \($0).", now: .seconds(1)) }
    let others = [
      limit.admits(code: "signal", viewer: "8", "Number 1.", now: .seconds(2)),
      limit.admits(code: "iceServer", viewer: nil, "No answer.", now: .seconds(2)),
      limit.admits(code: "signal", viewer: "7", "Number 1.", now: .seconds(602)),
    ]
    #expect(reported == 16 && others == [true, true, true])
  }

  @Test func `of 5000 viewers' warnings of one code 100 are reported, and another after ten minutes`() {
    var limit = WarningLimit()
    let reported = (0..<5000).count { limit.admits(code: "signal", viewer: "\($0)", "What?", now: .seconds(1)) }
    let isLaterReported = limit.admits(code: "signal", viewer: "late", "What?", now: .seconds(601))
    #expect(reported == 100 && isLaterReported)
  }
}
