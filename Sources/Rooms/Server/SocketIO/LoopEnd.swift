internal import Synchronization

/// Whether an event loop still takes work: NIO's own answer to work that comes too late is to lose it.
final class LoopEnd: Sendable {
  private let hasCome = Mutex(false)

  /// Calls `body` while the loop goes on.
  /// - Returns: whether it did.
  func unlessCome(_ body: () -> Void) -> Bool {
    hasCome.withLock { hasCome in
      if !hasCome { body() }
      return !hasCome
    }
  }

  /// To be called before the event loop is shut down.
  func come() { hasCome.withLock { $0 = true } }
}
