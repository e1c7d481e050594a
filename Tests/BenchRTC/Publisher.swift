import Harness

/// A program that shares a desktop with any number of viewers.
protocol Publisher: Sendable {
  /// Has so many more viewers watch in a browser.
  func connect(_ count: Int, in browser: ViewerBrowser) async throws
  /// Frames encoded so far, by a sharer that encodes for each viewer the sum of all viewers', and the time of that in seconds.
  func framesEncoded() async throws -> (frames: Int, time: Double)
  /// CPU seconds of all its processes so far, and of their threads by name where that is known.
  func use() -> (cpuSeconds: Double, threads: [String: Double])
  func stop() async throws
}

/// One that leaves the signalling to the benchmark.
protocol OfferingPublisher: Publisher {
  /// Makes so many connections more, and an offer for each, with all candidates.
  func offers(_ count: Int) async throws -> [String]
  /// Gives the answers to the offers made last, in their order.
  func take(_ answers: [String]) async throws
}

extension OfferingPublisher {
  func connect(_ count: Int, in browser: ViewerBrowser) async throws {
    try await take(try await browser.view(try await offers(count)))
  }
}
