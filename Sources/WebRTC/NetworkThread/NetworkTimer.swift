internal import Media

/// Runs a handler at a given time. Made, armed and released on the `NetworkThread` only. Precision is a millisecond.
final class NetworkTimer {
  private let thread: NetworkThread
  private let handler: (MediaTime) -> Void
  /// The timer's index in its thread's heap; nil while disarmed. Set by the heap only.
  var position: Int?
  /// The time for which it is armed. Read by the heap only.
  private(set) var time = MediaTime.distantFuture

  /// - Parameter handler: gets the time at which it runs. The timer is disarmed by then and can be armed again.
  init(thread: NetworkThread = .shared, handler: @escaping (MediaTime) -> Void) {
    self.thread = thread
    self.handler = handler
  }

  /// When the handler is to run; nil while disarmed. A time in the past means as soon as possible, but never within the call.
  var deadline: MediaTime? {
    get { position == nil ? nil : time }
    set {
      if let newValue {
        if position != nil, newValue == time { return }
        thread.cancel(self)
        time = newValue
        thread.schedule(self)
      } else {
        thread.cancel(self)
      }
    }
  }

  func fire(now: MediaTime) { handler(now) }
}
