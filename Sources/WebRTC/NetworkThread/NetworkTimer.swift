internal import Media

/// Runs a handler at a given time. Made, armed and released on the `NetworkThread` only. Precision is a millisecond.
final class NetworkTimer {
  private let thread: NetworkThread
  private let handler: (MediaTime) -> Void
  /// The timer's index in its thread's heap; nil while disarmed. Set by the heap only.
  fileprivate var position: Int?
  /// The time for which it is armed. Read by the heap only.
  fileprivate private(set) var time = MediaTime.distantFuture

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

  fileprivate func fire(now: MediaTime) { handler(now) }
}

/// The armed timers of a thread, the earliest first. An armed timer is kept alive.
final class TimerHeap {
  private var heap: [NetworkTimer] = []

  /// When the earliest timer is due.
  var first: MediaTime? { heap.first?.time }

  func schedule(_ timer: NetworkTimer) {
    heap.append(timer)
    rise(from: heap.count - 1)
  }

  func cancel(_ timer: NetworkTimer) {
    guard let position = timer.position else { return }
    timer.position = nil
    let last = heap.removeLast()
    guard last !== timer else { return }
    heap[position] = last
    last.position = position
    rise(from: position)
    sink(from: last.position ?? position)
  }

  /// Runs the handlers of the timers that are due now: at most as many as are armed now, so that handlers which arm timers for
  /// a time in the past cannot keep the thread from its other work.
  func fire() {
    guard !heap.isEmpty else { return }
    let now = MediaTime.now
    for _ in 0..<heap.count {
      guard let timer = heap.first, timer.time <= now else { return }
      cancel(timer)
      timer.fire(now: now)
    }
  }

  private func rise(from start: Int) {
    let timer = heap[start]
    var position = start
    while position > 0 {
      let parent = (position - 1) / 2
      guard timer.time < heap[parent].time else { break }
      heap[position] = heap[parent]
      heap[position].position = position
      position = parent
    }
    heap[position] = timer
    timer.position = position
  }

  private func sink(from start: Int) {
    let timer = heap[start]
    var position = start
    while true {
      var child = 2 * position + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].time < heap[child].time { child += 1 }
      guard heap[child].time < timer.time else { break }
      heap[position] = heap[child]
      heap[position].position = position
      position = child
    }
    heap[position] = timer
    timer.position = position
  }
}
