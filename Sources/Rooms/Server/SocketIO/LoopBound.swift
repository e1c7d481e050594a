internal import NIOCore

/// A value of the server's event loop, and the way there from elsewhere.
struct LoopBound<Value: AnyObject>: Sendable {
  let box: NIOLoopBound<Value>
  let eventLoop: any EventLoop

  /// On the event loop.
  init(_ value: Value, _ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
    box = NIOLoopBound(value, eventLoop: eventLoop)
  }

  /// Runs `body` on the event loop: at once when this is it, else as soon as it comes to it. Order is kept.
  func run(_ body: @escaping @Sendable (Value) -> Void) {
    if eventLoop.inEventLoop { body(box.value) } else { eventLoop.execute { body(box.value) } }
  }

  /// The value that `body` finds on the event loop.
  func ask<Answer: Sendable>(_ body: @escaping @Sendable (Value) throws -> Answer) async throws -> Answer {
    try await eventLoop.submit { try body(box.value) }.get()
  }
}

extension LoopBound {
  /// What `body` makes of the value. On the event loop.
  func withValue<Result>(_ body: (Value) throws -> Result) rethrows -> Result { try body(box.value) }
}

extension Duration {
  /// Up to 292 years.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return isTooLong ? .max : whole &+ attoseconds / 1_000_000_000
  }
}
