/// How long a client that lost its server waits before it tries again: longer each time, and not all clients equally long.
public struct ReconnectionPolicy: Sendable, Equatable {
  public var first: Duration
  public var longest: Duration
  /// A wait is longer or shorter than it would be by up to this part of it.
  public var jitter: Double
  /// After so many tries in vain the client gives up; nil if never.
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

  /// The wait before a try.
  /// - Parameters:
  ///   - number: of the try; 0 for the first since the server was lost.
  ///   - random: spreads the clients of one server.
  public func delay(before number: Int, using random: inout some RandomNumberGenerator) -> Duration {
    var delay = first
    for _ in 0..<min(number, 64) where delay < longest { delay *= 2 }
    return min(delay, longest) * (1 + jitter * .random(in: -1...1, using: &random))
  }
}
