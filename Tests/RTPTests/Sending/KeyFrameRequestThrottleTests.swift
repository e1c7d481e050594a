import Media
import Testing

@testable import RTP

@Suite struct KeyFrameRequestThrottleTests {
  @Test func `a second PLI waits out the 300 ms window, and many count as one`() {
    var throttle = KeyFrameRequestThrottle()
    let start = MediaTime.seconds(1)
    let first = throttle.request(now: start)
    let repeated = (1..<30).map { throttle.request(now: start + .milliseconds(Int64($0 * 10))) }
    #expect(first)
    #expect(!repeated.contains(true))
    #expect(throttle.wake == start + .milliseconds(300))
    let early = throttle.timeout(now: start + .milliseconds(299))
    let due = throttle.timeout(now: start + .milliseconds(300))
    let again = throttle.timeout(now: start + .milliseconds(900))
    #expect([early, due, again] == [false, true, false])
    #expect(throttle.wake == nil)
  }

  @Test func `a delayed request opens the next window when it passes`() {
    var throttle = KeyFrameRequestThrottle()
    let start = MediaTime.seconds(1)
    let answers = [0, 100, 300, 400, 599, 600].map { throttle.request(now: start + .milliseconds($0)) }
    #expect(answers == [true, false, true, false, false, true])
  }

  @Test func `a queued key frame answers all earlier requests`() {
    var throttle = KeyFrameRequestThrottle()
    let start = MediaTime.seconds(1)
    _ = throttle.request(now: start)
    _ = throttle.request(now: start + .milliseconds(100))
    throttle.keyFrameQueued(now: start + .milliseconds(150))
    let due = throttle.timeout(now: start + .milliseconds(300))
    #expect(!due)
    // A later request may mean that the key frame was lost: it passes after the window.
    let early = throttle.request(now: start + .milliseconds(160))
    let later = throttle.timeout(now: start + .milliseconds(450))
    #expect(!early)
    #expect(later)
  }
}
