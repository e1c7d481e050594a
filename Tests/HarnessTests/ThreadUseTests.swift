import Foundation
import Harness
import Media
import Testing

struct ThreadUseTests {
  @Test func `CPU time is attributed to the thread that used it, by name`() {
    let (isDone, isSeen) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    func start(_ name: String, seconds: Double) {
      _ = NamedThread(name) {
        while Self.cpuSeconds < seconds {}
        isDone.signal()
        isSeen.wait()
      }
    }
    start("busy-thread", seconds: 0.1)
    start("lazy-thread", seconds: 0)
    for _ in 0..<2 { isDone.wait() }
    let used = ThreadUse.cpuSeconds(of: getpid())
    for _ in 0..<2 { isSeen.signal() }
    // The kernel updates a running thread's CPU time only at its ticks.
    #expect(used["busy-thread", default: 0] > 0.08)
    #expect(used["busy-thread", default: 0] < 0.2)
    #expect(used["lazy-thread", default: 1] < 0.05)
  }

  private static var cpuSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
