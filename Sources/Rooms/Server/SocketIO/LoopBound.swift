internal import NIOCore

/// A value of the server's event loop, and the way there from elsewhere.
struct LoopBound<Value: AnyObject>: Sendable {
  let box: NIOLoopBound<Value>
  let eventLoop: any EventLoop
  private let end: LoopEnd

  /// On the event loop.
  init(_ value: Value, _ eventLoop: any EventLoop, _ end: LoopEnd) {
    self.eventLoop = eventLoop
    self.end = end
    box = NIOLoopBound(value, eventLoop: eventLoop)
  }

  /// Runs `body` on the event loop: at once when this is it, else as soon as it comes to it. Order is kept.
  /// - Returns: whether it does; not when the event loop has ended.
  @discardableResult
  func run(_ body: @escaping @Sendable (Value) -> Void) -> Bool {
    if eventLoop.inEventLoop {
      body(box.value)
      return true
    }
    return end.unlessCome { eventLoop.execute { body(box.value) } }
  }

  /// The value that `body` finds on the event loop; nil when that has ended.
  func ask<Answer: Sendable>(_ body: @escaping @Sendable (Value) -> Answer) async -> Answer? {
    await withCheckedContinuation { continuation in
      if !run({ continuation.resume(returning: body($0)) }) { continuation.resume(returning: nil) }
    }
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
