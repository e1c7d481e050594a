import Dispatch
import Media

/// A value that threads change and tasks await: "when the output has a line that …", "when the process has ended".
///
/// Every change wakes the tasks whose condition it fulfils. Every wait has a time-out and can be cancelled.
package final class Watched<State: Sendable>: Sendable {
  private struct Waiter: Sendable {
    /// Checks the state; if it fulfils the task's condition, resumes the task and returns true.
    let attempt: @Sendable (inout State) -> Bool
    let fail: @Sendable (any Error) -> Void
  }

  private struct Guarded: Sendable {
    var state: State
    var waiters: [Int: Waiter] = [:]
    var lastID = 0
  }

  /// Not Swift's own `Mutex`: ThreadSanitizer does not see the order it imposes.
  private let guarded: Monitor<Guarded>

  package init(_ state: State) {
    guarded = Monitor(Guarded(state: state))
  }

  package var current: State { guarded.withLock { $0.state } }

  /// Changes the state, then resumes the tasks whose condition it fulfils.
  @discardableResult
  package func update<Result: Sendable>(_ change: (inout State) -> Result) -> Result {
    guarded.withLock { guarded in
      let result = change(&guarded.state)
      for (id, waiter) in guarded.waiters where waiter.attempt(&guarded.state) { guarded.waiters[id] = nil }
      return result
    }
  }

  /// Waits until `pick` finds something in the state, and returns it; `pick` may remove it.
  /// - Throws: `HarnessError` naming `what` after `limit`, `CancellationError`.
  package func first<Found: Sendable>(
    _ what: String, within limit: Duration, _ pick: @escaping @Sendable (inout State) -> Found?
  ) async throws -> Found {
    let id = guarded.withLock { guarded in
      guarded.lastID += 1
      return guarded.lastID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let waiter = Waiter(
          attempt: { state in
            guard let found = pick(&state) else { return false }
            continuation.resume(returning: found)
            return true
          }, fail: { continuation.resume(throwing: $0) })
        let found = guarded.withLock { guarded in
          if waiter.attempt(&guarded.state) { return true }
          guarded.waiters[id] = waiter
          return false
        }
        if found { return }
        // The handler below may have run before there was a waiter to fail.
        if Task.isCancelled { fail(id, CancellationError()) }
        DispatchQueue.global().asyncAfter(deadline: .now() + limit.seconds) { [weak self] in
          self?.fail(id, HarnessError("\(what): nothing within \(limit)"))
        }
      }
    } onCancel: {
      fail(id, CancellationError())
    }
  }

  private func fail(_ id: Int, _ error: any Error) {
    guarded.withLock { $0.waiters.removeValue(forKey: id) }?.fail(error)
  }
}
