import Harness

/// A program that shares a desktop with any number of viewers.
protocol Publisher: Sendable {
  /// Adds `count` viewers in a browser.
  func connect(_ count: Int, in browser: ViewerBrowser) async throws
  /// Frames encoded so far, for all viewers together, and the time of that figure in seconds.
  func framesEncoded() async throws -> (frames: Int, time: Double)
  /// CPU seconds of all its processes so far, and of their threads by name if known.
  func use() -> (cpuSeconds: Double, threads: [String: Double])
  func stop() async throws
}

/// A publisher whose signalling is done by the benchmark.
protocol OfferingPublisher: Publisher {
  /// Adds `count` connections, and creates an offer with all candidates for each.
  func offers(_ count: Int) async throws -> [String]
  /// Sets the answers to the last offers, in order.
  func accept(_ answers: [String]) async throws
}

extension OfferingPublisher {
  func connect(_ count: Int, in browser: ViewerBrowser) async throws {
    try await accept(try await browser.view(try await offers(count)))
  }
}
