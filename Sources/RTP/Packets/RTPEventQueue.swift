/// Events that wait for the session's owner; the oldest go when nobody takes them.
struct RTPEventQueue {
  private static let limit = 4096
  private var events = RingQueue<RTPSessionEvent>()

  mutating func append(_ event: RTPSessionEvent) {
    if events.count == Self.limit { events.removeFirst() }
    events.append(event)
  }

  mutating func next() -> RTPSessionEvent? { events.removeFirst() }
}
