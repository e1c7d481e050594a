/// How and when a client tries to reach its server. It tries versions and transports in order until one works, tries that
/// one first after a lost connection, and waits longer after each failure. Pure: results go in, the next step comes out.
package struct ConnectionPlan: Sendable {
  /// One way to reach a server.
  package struct Way: Sendable, Hashable {
    package let version: EngineIOVersion
    package let transport: EngineIOTransport
    /// Whether polling may be upgraded to a WebSocket.
    package let mayUpgrade: Bool

    package init(_ version: EngineIOVersion, _ transport: EngineIOTransport, mayUpgrade: Bool = false) {
      self.version = version
      self.transport = transport
      self.mayUpgrade = mayUpgrade
    }
  }

  /// Why an attempt failed.
  package enum Failure: Sendable {
    /// The address does not answer: no other way would help.
    case unreachable
    /// The address answers, but does not support this way.
    case unsuitable
    /// The server refuses this client: a later attempt would not help either.
    case refused
  }

  package enum Step: Sendable, Equatable {
    case attempt(Way)
    case wait(until: MonotonicTime)
    case giveUp
  }

  private enum State: Sendable { case new, trying(Int), waiting, connected, over }

  /// In the order in which they are tried.
  private var ways: [Way]
  private let policy: ReconnectionPolicy?
  private var state = State.new
  /// Whether the server was ever reached. Until then a client gives up at once: its address may be wrong.
  private var hasConnected = false
  /// Until when a failed first connection is retried nevertheless, as a lost one is.
  package var firstConnectionDeadline: MonotonicTime?
  /// Failed attempts since the connection was lost.
  private var failures = 0

  /// - Parameters:
  ///   - ways: the ways to try, in order.
  ///   - policy: nil for a client that does not reconnect.
  package init(_ ways: [Way], _ policy: ReconnectionPolicy?) {
    self.ways = ways
    self.policy = policy
  }

  /// The first step, or the step after a wait.
  package mutating func begin() -> Step {
    switch state {
    case .new, .waiting: return attempt(0)
    case .trying, .connected, .over: return .giveUp
    }
  }

  /// The current attempt reached the server: its way comes first from now on.
  package mutating func succeeded() {
    guard case .trying(let index) = state else { return }
    ways.insert(ways.remove(at: index), at: 0)
    state = .connected
    hasConnected = true
    failures = 0
  }

  /// The current attempt failed.
  package mutating func failed(
    _ failure: Failure, now: MonotonicTime, using random: inout some RandomNumberGenerator
  ) -> Step {
    guard case .trying(let index) = state else { return .giveUp }
    switch failure {
    case .unsuitable where index + 1 < ways.count: return attempt(index + 1)
    case .unsuitable, .unreachable: return wait(now: now, using: &random)
    case .refused: return giveUp()
    }
  }

  /// The connection was lost.
  package mutating func lost(now: MonotonicTime, using random: inout some RandomNumberGenerator) -> Step {
    guard case .connected = state else { return .giveUp }
    return wait(now: now, using: &random)
  }

  private mutating func attempt(_ index: Int) -> Step {
    guard ways.indices.contains(index) else { return giveUp() }
    state = .trying(index)
    return .attempt(ways[index])
  }

  private mutating func wait(now: MonotonicTime, using random: inout some RandomNumberGenerator) -> Step {
    let mayRetry = hasConnected || firstConnectionDeadline.map { now < $0 } ?? false
    guard mayRetry, let policy, failures < policy.attempts ?? .max else { return giveUp() }
    state = .waiting
    defer { failures += 1 }
    return .wait(until: now + policy.delay(before: failures, using: &random))
  }

  private mutating func giveUp() -> Step {
    state = .over
    return .giveUp
  }
}

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
