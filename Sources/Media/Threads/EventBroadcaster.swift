/// Events for any number of listeners, each with its own `AsyncStream`.
///
/// A listener receives the kept events and those sent after it began to listen. A listener that does not read has a buffer of
/// `capacity` events and loses the oldest, so that its memory is bounded.
public final class EventBroadcaster<Event: Sendable>: Sendable {
  private struct State {
    var listeners: [Int: AsyncStream<Event>.Continuation] = [:]
    var next = 0
    var finished = false
    /// The newest events of `sendAndKeep`, for later listeners.
    var kept: [Event] = []
  }

  private static var keptCapacity: Int { 32 }

  private let state = Monitor(State())
  private let capacity: Int

  public init(capacity: Int = 256) { self.capacity = capacity }

  /// A new listener's events, ending when `finish` is called.
  public func listen() -> AsyncStream<Event> {
    let (stream, continuation) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(capacity))
    let id: Int? = state.withLock { state in
      guard !state.finished else { return nil }
      state.next += 1
      state.listeners[state.next] = continuation
      for event in state.kept { continuation.yield(event) }
      return state.next
    }
    guard let id else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) }
    }
    return stream
  }

  /// Sends `event` to the present listeners.
  public func send(_ event: Event) {
    let listeners = state.withLock { Array($0.listeners.values) }
    for listener in listeners { listener.yield(event) }
  }

  /// Sends `event` to the present listeners, and to later ones while it is among the newest 32 kept events.
  public func sendAndKeep(_ event: Event) {
    let listeners = state.withLock { state in
      state.kept = (state.kept + [event]).suffix(Self.keptCapacity)
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.yield(event) }
  }

  /// Ends every listener's stream; later listeners get an ended one.
  public func finish() {
    let listeners = state.withLock { state in
      state.finished = true
      defer { state.listeners.removeAll() }
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.finish() }
  }
}
