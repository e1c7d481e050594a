import Glibc
import Media

/// The life of a source's thread: others ask it to stop, and wait until the source's listeners and sinks know of the end.
final class SourceThread: Sendable {
  private struct State {
    var isStopping = false
    /// Nil before the thread begins.
    var thread: pthread_t?
    /// All sinks and listeners have been notified of the end.
    var hasEnded = false
  }

  let events = EventBroadcaster<MediaSourceEvent>()
  private let state = Monitor(State())

  // MARK: Any thread

  var isStopping: Bool { state.withLock { $0.isStopping } }

  /// Asks the thread to stop. The caller has to wake it.
  /// - Returns: whether there is an end to wait for: not before the thread begins, nor on the thread itself.
  func requestStop() -> Bool {
    state.withLock { state in
      state.isStopping = true
      return !state.hasEnded && state.thread.map { pthread_equal($0, pthread_self()) == 0 } ?? false
    }
  }

  /// Waits for the end.
  /// - Returns: whether it came before `deadline`.
  func waitForEnd(until deadline: MediaTime) -> Bool {
    state.wait(until: deadline) { $0.hasEnded ? true : nil } ?? false
  }

  // MARK: The source's thread

  /// To be called when the thread begins.
  func begin() { state.withLock { $0.thread = pthread_self() } }

  /// To be called when the thread ends, after it has released its resources.
  /// - Parameter notify: calls `sourceEnded` of the source's sinks.
  func end(_ reason: MediaSourceEvent.EndReason, notify: () -> Void) {
    events.send(.ended(reason))
    notify()
    events.finish()
    state.update { $0.hasEnded = true }
  }
}
