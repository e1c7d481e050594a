internal import Synchronization

/// Resumes a continuation with the first of several results, which may come before the continuation.
final class FirstResult<Answer: Sendable>: Sendable {
  private enum State {
    case new
    case waiting(CheckedContinuation<Answer, any Error>)
    case finished(Result<Answer, any Error>)
    case over
  }

  private let state = Mutex(State.new)

  func start(_ continuation: CheckedContinuation<Answer, any Error>) {
    let result: Result<Answer, any Error>? = state.withLock { state in
      guard case .finished(let result) = state else {
        state = .waiting(continuation)
        return nil
      }
      state = .over
      return result
    }
    if let result { continuation.resume(with: result) }
  }

  func finish(_ result: Result<Answer, any Error>) {
    let continuation: CheckedContinuation<Answer, any Error>? = state.withLock { state in
      switch state {
      case .new:
        state = .finished(result)
        return nil
      case .waiting(let continuation):
        state = .over
        return continuation
      case .finished, .over: return nil
      }
    }
    continuation?.resume(with: result)
  }
}
