import Harness

/// A program that shares a desktop with any number of peers.
protocol Publisher: Sendable {
  /// Makes so many connections more, and an offer for each, with all candidates.
  func offers(_ count: Int) async throws -> [String]
  /// Gives the answers to the offers made last, in their order.
  func take(_ answers: [String]) async throws
  /// Frames encoded so far; by a sharer that encodes for each viewer, the sum of all viewers'.
  func framesEncoded() async throws -> Int
  /// CPU seconds of all its processes so far, and of their threads by name where that is known.
  func use() -> (cpuSeconds: Double, threads: [String: Double])
  func stop() async throws
}
