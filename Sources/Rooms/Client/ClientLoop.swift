internal import NIOCore
internal import NIOPosix

/// A value of one of the process's event loops, which do not end, and the way there from elsewhere.
struct ClientLoop<Value: AnyObject>: Sendable {
  private let box: NIOLoopBound<Value>

  /// On the event loop.
  init(_ value: Value, _ eventLoop: any EventLoop) { box = NIOLoopBound(value, eventLoop: eventLoop) }

  private var eventLoop: any EventLoop { box.eventLoop }

  /// Runs `body` on the event loop: at once when this is it, else as soon as it comes to it. Order is kept.
  func run(_ body: @escaping @Sendable (Value) -> Void) { box.execute(body) }

  /// The value that `body` finds on the event loop.
  func ask<Answer: Sendable>(_ body: @escaping @Sendable (Value) throws -> Answer) async throws -> Answer {
    try await eventLoop.submit { try body(box.value) }.get()
  }

  /// The value that `body` finds on the event loop, when it is there.
  func flatAsk<Answer: Sendable>(
    _ body: @escaping @Sendable (Value) -> EventLoopFuture<Answer>
  ) async throws -> Answer {
    try await eventLoop.flatSubmit { body(box.value) }.get()
  }

  /// What is needed to reach a server; reads files, on a thread where that may take its time.
  func dialer(_ configuration: SocketIOClientConfiguration) async throws -> Dialer {
    try await NIOThreadPool.singleton.runIfActive { try Dialer(configuration) }
  }

  /// Starts something on the event loop and waits for it to be done, or for the task to be cancelled.
  func request<Answer: Sendable, Failure: Error>(
    _ body: @escaping @Sendable (Value, @escaping (Result<Answer, Failure>) -> Void) throws -> Void
  ) async throws -> Answer {
    let waiting = Waiting<Answer>()
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
  /// Runs `body` on the event loop: at once when this is it, else as soon as it comes to it.
  func execute(_ body: @escaping @Sendable (Value) -> Void) {
    if eventLoop.inEventLoop { body(value) } else { eventLoop.execute { body(value) } }
  }
}
