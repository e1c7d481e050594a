/// How long a client waits before it reconnects: longer after each failure, with random jitter.
public struct ReconnectionPolicy: Sendable, Equatable {
  public var first: Duration
  public var longest: Duration
  /// Each wait varies by up to this fraction of it, in either direction.
  public var jitter: Double
  /// The number of failed attempts after which the client gives up; nil if never.
  public var attempts: Int?

  /// Socket.IO's defaults.
  public init(
    first: Duration = .seconds(1), longest: Duration = .seconds(5), jitter: Double = 0.5, attempts: Int? = nil
  ) {
    self.first = first
    self.longest = longest
    self.jitter = jitter
    self.attempts = attempts
  }

  /// The wait before an attempt.
  /// - Parameters:
  ///   - number: of the attempt; 0 for the first since the connection was lost.
  ///   - random: for the jitter, so that the clients of one server do not reconnect all at once.
  public func delay(before number: Int, using random: inout some RandomNumberGenerator) -> Duration {
    var delay = first
    for _ in 0..<min(number, 64) where delay < longest { delay *= 2 }
    return min(delay, longest) * (1 + jitter * .random(in: -1...1, using: &random))
  }
}
