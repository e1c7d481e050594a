internal import Media

/// Something to do at a time, on the `RTCThread`, where it is made, armed and let go. Precision is a millisecond.
final class RTCTimer {
  private let thread: RTCThread
  private let handler: (MediaTime) -> Void
  /// Where the timer is in its thread's heap, while armed. The heap's own.
  var position: Int?
  /// The armed time. The heap's own.
  private(set) var time = MediaTime.distantFuture

  /// - Parameter handler: gets the time at which it runs. The timer is disarmed by then and can be armed anew.
  init(thread: RTCThread = .shared, handler: @escaping (MediaTime) -> Void) {
    self.thread = thread
    self.handler = handler
  }

  /// When the handler is to run; nil while disarmed. A time gone by means at once, yet never within the call.
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
