import Media
import Testing

@testable import WebRTC

struct KeyFrameThrottleTests {
  private func time(_ milliseconds: Int64) -> MediaTime { .seconds(100) + .milliseconds(milliseconds) }

  @Test func `the first request is granted at once`() {
    var throttle = KeyFrameThrottle()
    #expect(throttle.request(by: 1, now: time(0)) == .encode)
  }

  @Test func `requests while a key frame is being encoded need no other`() {
    var throttle = KeyFrameThrottle()
    #expect(throttle.request(by: 1, now: time(0)) == .encode)
    #expect(throttle.request(by: 2, now: time(1)) == .none)
    #expect(throttle.request(by: 3, now: time(20)) == .none)
    throttle.encoded(now: time(30))
    #expect(throttle.next(now: time(400)) == .none)
  }

  @Test func `key frames are 300 ms apart with a new viewer's request every 10 ms`() {
    var throttle = KeyFrameThrottle()
    var encoded: [Int64] = []
    for step in 0..<1000 {
      let now = Int64(step) * 10
      if throttle.request(by: step, now: time(now)) == .encode {
        encoded.append(now)
        throttle.encoded(now: time(now))
      }
    }
    #expect(encoded.count == 34)
    for (before, after) in zip(encoded, encoded.dropFirst()) { #expect(after - before >= 300) }
  }

  @Test func `a request 100 ms after a key frame is granted after 300 ms, without a second request`() {
    var throttle = KeyFrameThrottle()
    throttle.encoded(now: time(0))
    #expect(throttle.request(by: 1, now: time(100)) == .wake(at: time(300)))
    #expect(throttle.next(now: time(299)) == .wake(at: time(300)))
    #expect(throttle.next(now: time(300)) == .encode)
  }

  @Test func `a viewer's repeated requests are granted at growing intervals, a new viewer's at once`() {
    var throttle = KeyFrameThrottle()
    var granted: [Int64] = []
    for step in 0..<3000 {
      let now = Int64(step) * 10
      if throttle.request(by: 1, now: time(now)) == .encode {
        granted.append(now)
        throttle.encoded(now: time(now))
      }
    }
    // 0, then after 0.3, 0.6, 1.2, 2.4, 4.8 s, and every 5 s.
    #expect((8...11).contains(granted.count))
    #expect(throttle.request(by: 2, now: time(29_995)) == .encode)
  }

  @Test func `a viewer's interval is reset after a quiet time, and its pending request removed with it`() {
    var throttle = KeyFrameThrottle()
    for step in 0..<5 {
      _ = throttle.request(by: 1, now: time(Int64(step) * 6000))
      throttle.encoded(now: time(Int64(step) * 6000))
    }
    #expect(throttle.request(by: 1, now: time(60_000)) == .encode)
    throttle.encoded(now: time(60_000))
    #expect(throttle.request(by: 1, now: time(60_010)) == .wake(at: time(60_300)))
    throttle.remove(1)
    #expect(throttle.next(now: time(70_000)) == .none)
  }
}
