import Testing

@testable import Sharing

struct ViewerTimeoutsTests {
  /// The seconds of the next minute at which `timeout` is returned.
  private func seconds(of timeout: ViewerTimeouts.Timeout, _ timeouts: ViewerTimeouts) -> [Int] {
    var timeouts = timeouts
    return (1...60).filter { _ in timeouts.second().contains(timeout) }
  }

  @Test func `an answer that does not come within 15 seconds times out once`() {
    let timeouts = ViewerTimeouts(awaitsAnswer: true)
    #expect(seconds(of: .answer, timeouts) == [16])
  }

  @Test func `an answer that comes, or that is not expected, does not time out`() {
    var answered = ViewerTimeouts(awaitsAnswer: true)
    answered.answered()
    #expect(seconds(of: .answer, answered) == [])
    let offered = ViewerTimeouts(awaitsAnswer: false)
    #expect(seconds(of: .answer, offered) == [])
  }

  @Test func `a search that goes on keeps its time, and one that restarts begins at zero`() {
    var timeouts = ViewerTimeouts(awaitsAnswer: false)
    timeouts.beginSearch()
    for _ in 1...10 { _ = timeouts.second() }
    var restarted = timeouts
    timeouts.beginSearch()
    restarted.restartSearch()
    #expect(seconds(of: .connection, timeouts) == [11])
    #expect(seconds(of: .connection, restarted) == [21])
  }

  @Test func `a connection ends the search`() {
    var timeouts = ViewerTimeouts(awaitsAnswer: false)
    timeouts.beginSearch()
    timeouts.connected()
    #expect(seconds(of: .connection, timeouts) == [])
  }
}
