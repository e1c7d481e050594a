internal import Media

/// A bounded queue that takes other threads' data, such as encoded frames, to the `NetworkThread`. When it is full, new
/// elements are dropped and `offer` returns false, so that memory use has a limit.
final class NetworkInbox<Element: Sendable>: Sendable {
  private let thread: NetworkThread
  private let capacity: Int
  private let queue = Monitor<[Element]>([])
  private let handler: @Sendable (Element) -> Void

  /// - Parameter handler: runs on the thread, once for each element, in order.
  init(thread: NetworkThread = .shared, capacity: Int, handler: @escaping @Sendable (Element) -> Void) {
    self.thread = thread
    self.capacity = capacity
    self.handler = handler
  }

  /// Hands `element` over, from any thread; false when the inbox is full and the element is dropped.
  func offer(_ element: Element) -> Bool {
    let count: Int = queue.withLock { queue in
      guard queue.count < capacity else { return 0 }
      queue.append(element)
      return queue.count
    }
    if count == 1 {
      thread.post { [self] in
        let taken = queue.withLock { queue in
          defer { queue.removeAll(keepingCapacity: true) }
          return queue
        }
        for element in taken { handler(element) }
      }
    }
    return count > 0
  }
}
