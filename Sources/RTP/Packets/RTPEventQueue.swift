/// Events queued for the session's owner; the oldest are dropped when the queue is full.
struct RTPEventQueue {
  private static let limit = 4096
  private var events = RingQueue<RTPSessionEvent>()

  mutating func append(_ event: RTPSessionEvent) {
    if events.count == Self.limit { events.removeFirst() }
    events.append(event)
  }

  mutating func next() -> RTPSessionEvent? { events.removeFirst() }
}
