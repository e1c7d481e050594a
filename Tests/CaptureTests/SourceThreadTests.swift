import Media
import Testing

@testable import Capture

@Suite struct SourceThreadTests {
  @Test func `a thread that has not begun is not waited for, and learns that it has to stop`() {
    let thread = SourceThread()
    #expect(!thread.requestStop())
    #expect(thread.isStopping)
  }

  @Test func `a thread that stops itself does not wait for its end`() {
    let thread = SourceThread()
    thread.begin()
    #expect(!thread.requestStop())
  }

  @Test func `another thread waits until the sinks know of the end`() {
    let thread = SourceThread()
    let isNotified = Monitor(false)
    let named = NamedThread("source") {
      thread.begin()
      thread.end(.stopped) { isNotified.withLock { $0 = true } }
    }
    #expect(thread.waitForEnd(until: .now + .seconds(30)))
    #expect(isNotified.withLock { $0 })
    #expect(!thread.requestStop())
    named.join()
  }

  @Test func `the end that does not come is not waited for beyond the deadline`() {
    let thread = SourceThread()
    thread.begin()
    #expect(!thread.waitForEnd(until: .now))
  }

  @Test func `listeners get the reason before the sinks are notified, and no more events`() async {
    let thread = SourceThread()
    let events = thread.events.listen()
    thread.end(.surfaceGone) { thread.events.send(.muted) }
    thread.events.send(.unmuted)
    var all: [MediaSourceEvent] = []
    for await event in events { all.append(event) }
    #expect(all == [.ended(.surfaceGone), .muted])
  }
}
