import CPulse
import Media

/// libpulse's main loop. Used by one thread only, except for its waker.
final class PulseLoop {
  /// Wakes the loop from any thread, while the loop exists. `@unchecked Sendable`: only `pa_mainloop_wakeup` uses the handle.
  struct Waker: @unchecked Sendable {
    fileprivate let handle: OpaquePointer
    func wake() { pa_mainloop_wakeup(handle) }
  }

  fileprivate let handle: OpaquePointer

  /// Nil when the process has no descriptors left.
  init?() {
    guard let handle = pa_mainloop_new() else { return nil }
    self.handle = handle
  }

  deinit { pa_mainloop_free(handle) }

  var waker: Waker { Waker(handle: handle) }
  var api: UnsafeMutablePointer<pa_mainloop_api> { pa_mainloop_get_api(handle) }

  /// Waits for events, at most until `deadline`, and dispatches them.
  /// - Returns: false when the loop has failed.
  func turn(until deadline: MediaTime) -> Bool {
    let left = max(0, (deadline - .now).nanoseconds / 1000)
    guard pa_mainloop_prepare(handle, Int32(min(left, 10_000_000))) >= 0 else { return false }
    guard pa_mainloop_poll(handle) >= 0 else { return false }
    return pa_mainloop_dispatch(handle) >= 0
  }
}
