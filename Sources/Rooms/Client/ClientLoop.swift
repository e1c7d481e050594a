internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A value that lives on one of the process's event loops, which never end, with access to it from other threads.
struct ClientLoop<Value: AnyObject>: Sendable {
  private let box: NIOLoopBound<Value>

  /// Call it on the event loop.
  init(_ value: Value, _ eventLoop: any EventLoop) { box = NIOLoopBound(value, eventLoop: eventLoop) }

  private var eventLoop: any EventLoop { box.eventLoop }

  /// Runs `body` on the event loop: immediately when called there, otherwise queued in order.
  func run(_ body: @escaping @Sendable (Value) -> Void) { box.execute(body) }

  /// Runs `body` on the event loop and returns its result.
  func submit<Answer: Sendable>(_ body: @escaping @Sendable (Value) throws -> Answer) async throws -> Answer {
    try await eventLoop.submit { try body(box.value) }.get()
  }

  /// Runs `body` on the event loop and returns the result of its future.
  func flatSubmit<Answer: Sendable>(
    _ body: @escaping @Sendable (Value) -> EventLoopFuture<Answer>
  ) async throws -> Answer {
    try await eventLoop.flatSubmit { body(box.value) }.get()
  }

  /// Makes a dialer on a thread pool, because it reads certificate files.
  func dialer(_ configuration: SocketIOClientConfiguration) async throws -> Dialer {
    try await NIOThreadPool.singleton.runIfActive { try Dialer(configuration) }
  }

  /// Starts `body` on the event loop and waits for its completion, or for the task to be cancelled.
  func request<Answer: Sendable, Failure: Error>(
    _ body: @escaping @Sendable (Value, @escaping (Result<Answer, Failure>) -> Void) throws -> Void
  ) async throws -> Answer {
    let waiting = FirstResult<Answer>()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        waiting.start(continuation)
        run { value in
          do {
            try body(value) { waiting.finish($0.mapError { $0 }) }
          } catch {
            waiting.finish(.failure(error))
          }
        }
      }
    } onCancel: {
      waiting.finish(.failure(CancellationError()))
    }
  }
}

extension NIOLoopBound {
  /// Runs `body` on the event loop: immediately when called there, otherwise queued.
  func execute(_ body: @escaping @Sendable (Value) -> Void) {
    if eventLoop.inEventLoop { body(value) } else { eventLoop.execute { body(value) } }
  }
}

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
