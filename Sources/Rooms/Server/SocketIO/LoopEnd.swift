internal import Synchronization

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
