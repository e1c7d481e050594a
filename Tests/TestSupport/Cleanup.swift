import Glibc
import Synchronization

/// What to undo when this process ends: programs to end, folders to remove.
///
/// Owners clean up on `deinit`; this is for static owners, and for exits that run no `deinit`.
package enum Cleanup {
  struct Token: Sendable {
    fileprivate let id: Int
  }

  private struct Pending: Sendable {
    var actions: [Int: @Sendable () -> Void] = [:]
    var lastID = 0
    var isOver = false
  }

  private static let pending = Mutex(Pending())
  private static let isWatchingExit = atexit { Cleanup.runAll() } == 0

  static func add(_ action: @escaping @Sendable () -> Void) -> Token {
    _ = isWatchingExit
    let (token, isOver) = pending.withLock { pending in
      pending.lastID += 1
      if !pending.isOver { pending.actions[pending.lastID] = action }
      return (Token(id: pending.lastID), pending.isOver)
    }
    if isOver { action() }
    return token
  }

  static func remove(_ token: Token) {
    _ = pending.withLock { $0.actions.removeValue(forKey: token.id) }
  }

  /// Runs all pending actions, the newest first; actions added later run at once. Runs by itself at a normal exit; call it
  /// before an exit by signal.
  package static func runAll() {
    let actions = pending.withLock { pending in
      defer { pending.actions = [:] }
      pending.isOver = true
      return pending.actions.sorted { $0.key > $1.key }
    }
    for (_, action) in actions { action() }
  }
}
