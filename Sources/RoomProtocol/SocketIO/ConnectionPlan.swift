/// Which way a client tries to reach its server, and when: the versions and transports one after the other until one fits,
/// that one again when the connection was lost, and longer waits in between. Pure: it is told what happened and says what
/// is next.
public struct ConnectionPlan: Sendable {
  /// One way to reach a server.
  public struct Way: Sendable, Hashable {
    public let version: EngineIOVersion
    public let transport: EngineIOTransport
    /// Whether a WebSocket may take over from polling.
    public let mayUpgrade: Bool

    public init(_ version: EngineIOVersion, _ transport: EngineIOTransport, mayUpgrade: Bool = false) {
      self.version = version
      self.transport = transport
      self.mayUpgrade = mayUpgrade
    }
  }

  /// Why a way did not lead to the server.
  public enum Failure: Sendable {
    /// Nobody answers there: no other way would help.
    case unreachable
    /// Somebody answers, but not in this way.
    case unsuitable
    /// The server does not want this client: no later time would help either.
    case refused
  }

  public enum Step: Sendable, Equatable {
    case attempt(Way)
    case wait(until: MonotonicTime)
    case giveUp
  }

  private enum State: Sendable { case new, trying(Int), waiting, connected, over }

  /// In the order in which they are tried.
  private var ways: [Way]
  private let policy: ReconnectionPolicy?
  private var state = State.new
  /// Whether the server was ever reached. At first a client gives up at once: its address may be wrong.
  private var hasConnected = false
  /// Until when the first connection is sought all the same, as a lost one is.
  package var patience: MonotonicTime?
  /// Tries in vain since the server was lost.
  private var failures = 0

  /// - Parameters:
  ///   - ways: what to try, one after the other.
  ///   - policy: nil for a client that does not connect again.
  public init(_ ways: [Way], _ policy: ReconnectionPolicy?) {
    self.ways = ways
    self.policy = policy
  }

  /// The first step, and that after a wait.
  public mutating func begin() -> Step {
    switch state {
    case .new, .waiting: return attempt(0)
    case .trying, .connected, .over: return .giveUp
    }
  }

  /// The way that is being tried led to the server: it comes first from now on.
  public mutating func succeeded() {
    guard case .trying(let index) = state else { return }
    ways.insert(ways.remove(at: index), at: 0)
    state = .connected
    hasConnected = true
    failures = 0
  }

  /// The way that is being tried did not lead to the server.
  public mutating func failed(
    _ failure: Failure, now: MonotonicTime, using random: inout some RandomNumberGenerator
  ) -> Step {
    guard case .trying(let index) = state else { return .giveUp }
    switch failure {
    case .unsuitable where index + 1 < ways.count: return attempt(index + 1)
    case .unsuitable, .unreachable: return wait(now: now, using: &random)
    case .refused: return giveUp()
    }
  }

  /// The connection is lost.
  public mutating func lost(now: MonotonicTime, using random: inout some RandomNumberGenerator) -> Step {
    guard case .connected = state else { return .giveUp }
    return wait(now: now, using: &random)
  }

  private mutating func attempt(_ index: Int) -> Step {
    guard ways.indices.contains(index) else { return giveUp() }
    state = .trying(index)
    return .attempt(ways[index])
  }

  private mutating func wait(now: MonotonicTime, using random: inout some RandomNumberGenerator) -> Step {
    let isPatient = hasConnected || patience.map { now < $0 } ?? false
    guard isPatient, let policy, failures < policy.attempts ?? .max else { return giveUp() }
    state = .waiting
    defer { failures += 1 }
    return .wait(until: now + policy.delay(before: failures, using: &random))
  }

  private mutating func giveUp() -> Step {
    state = .over
    return .giveUp
  }
}
