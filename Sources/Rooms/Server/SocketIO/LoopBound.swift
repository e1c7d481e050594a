internal import NIOCore
internal import Synchronization

/// A value that lives on the server's event loop, with access to it from other threads.
struct LoopBound<Value: AnyObject>: Sendable {
  let box: NIOLoopBound<Value>
  let eventLoop: any EventLoop
  private let end: LoopEnd

  /// Call it on the event loop.
  init(_ value: Value, _ eventLoop: any EventLoop, _ end: LoopEnd) {
    self.eventLoop = eventLoop
    self.end = end
    box = NIOLoopBound(value, eventLoop: eventLoop)
  }

  /// Runs `body` on the event loop: immediately when called there, otherwise queued in order.
  /// - Returns: false when the event loop has ended; `body` does not run then.
  @discardableResult
  func run(_ body: @escaping @Sendable (Value) -> Void) -> Bool {
    if eventLoop.inEventLoop {
      body(box.value)
      return true
    }
    return end.ifRunning { eventLoop.execute { body(box.value) } }
  }

  /// Runs `body` on the event loop and returns its result; nil when the loop has ended.
  func submit<Answer: Sendable>(_ body: @escaping @Sendable (Value) -> Answer) async -> Answer? {
    await withCheckedContinuation { continuation in
      if !run({ continuation.resume(returning: body($0)) }) { continuation.resume(returning: nil) }
    }
  }

  /// Calls `body` with the value. Call it on the event loop.
  func withValue<Result>(_ body: (Value) throws -> Result) rethrows -> Result { try body(box.value) }
}

/// Whether an event loop still accepts work: NIO silently drops work submitted after the shutdown.
final class LoopEnd: Sendable {
  private let hasEnded = Mutex(false)

  /// Calls `body` if the loop has not ended.
  /// - Returns: whether it did.
  func ifRunning(_ body: () -> Void) -> Bool {
    hasEnded.withLock { hasEnded in
      if !hasEnded { body() }
      return !hasEnded
    }
  }

  /// Call it before shutting down the event loop.
  func markEnded() { hasEnded.withLock { $0 = true } }
}
