import Harness
import Media
import SDP

@testable import WebRTC

/// Two transports on the loopback interface that get each other's descriptions and candidates directly.
actor TransportPair {
  nonisolated var unownedExecutor: UnownedSerialExecutor { NetworkThread.shared.asUnownedSerialExecutor() }

  let first: TransportSide
  let second: TransportSide
  /// The network between the two; nil if they are connected directly.
  private let relay: UDPRelay?
  private var waiters: [Waiter] = []

  private final class Waiter {
    let condition: (TransportSide, TransportSide) -> Bool
    let continuation: CheckedContinuation<Bool, Never>
    var timer: NetworkTimer?

    init(
      condition: @escaping (TransportSide, TransportSide) -> Bool, continuation: CheckedContinuation<Bool, Never>
    ) {
      self.condition = condition
      self.continuation = continuation
    }
  }

  /// - Parameters:
  ///   - relay: the network between the two.
  ///   - adjust: changes the sides' configurations; the first side is controlling.
  init(
    through relay: UDPRelay? = nil,
    _ adjust: @Sendable (inout TransportConfiguration, _ isFirst: Bool) -> Void = { _, _ in }
  ) throws {
    self.relay = relay
    func side(isFirst: Bool) throws -> TransportSide {
      var configuration = TransportConfiguration(
        certificate: try RTCCertificate.generateCertificate(), isControlling: isFirst)
      configuration.localAddresses = ["127.0.0.1"]
      adjust(&configuration, isFirst)
      return try TransportSide(configuration: configuration)
    }
    first = try side(isFirst: true)
    second = try side(isFirst: false)
  }

  /// Calls `body` with the sides, on their thread.
  func with<Result: Sendable>(_ body: (TransportSide, TransportSide) throws -> Result) rethrows -> Result {
    try body(first, second)
  }

  enum Described {
    case both, second
  }

  /// Exchanges everything and starts gathering on both sides.
  /// - Parameters:
  ///   - firstRole: the first side's DTLS role; the second side takes the other.
  ///   - fingerprints: those of the first side that the second side gets; by default the true ones.
  ///   - describing: which sides get the other's fingerprints.
  func connect(
    firstRole: DTLSRole = .server, fingerprints: [RTCDtlsFingerprint]? = nil, describing: Described = .both
  ) {
    first.onCandidate = { [self] candidate, fragment in deliver(candidate, fragment, to: second) }
    second.onCandidate = { [self] candidate, fragment in deliver(candidate, fragment, to: first) }
    first.transport.ice.gather()
    second.transport.ice.gather()
    exchangeParameters()
    if describing == .both {
      first.transport.dtls.setRemote(fingerprints: second.certificate.getFingerprints(), role: firstRole)
    }
    second.transport.dtls.setRemote(
      fingerprints: fingerprints ?? first.certificate.getFingerprints(), role: firstRole == .server ? .client : .server)
  }

  func exchangeParameters() {
    first.transport.ice.setRemote(second.transport.ice.localParameters)
    second.transport.ice.setRemote(first.transport.ice.localParameters)
  }

  /// Restarts ICE on both sides and exchanges the new credentials.
  func restart() throws {
    for side in [first, second] {
      try side.transport.ice.restart()
      side.transport.ice.gather()
    }
    exchangeParameters()
  }

  private func deliver(_ candidate: ICECandidate?, _ usernameFragment: String, to side: TransportSide) {
    if var candidate {
      if let relay {
        if side === second {
          relay.connect(first: candidate.port)
          candidate.port = relay.portForSecond
        } else {
          relay.connect(second: candidate.port)
          candidate.port = relay.portForFirst
        }
      }
      side.transport.ice.addRemoteCandidate(candidate, usernameFragment: usernameFragment)
    } else {
      side.transport.ice.remoteEndOfCandidates()
    }
  }

  /// Waits until `condition` holds.
  /// - Throws: `HarnessError` when it does not within `limit`.
  func wait(
    for what: String, within limit: Duration = .seconds(10),
    _ condition: @escaping @Sendable (TransportSide, TransportSide) -> Bool
  ) async throws {
    for side in [first, second] { side.onChange = { [self] in check() } }
    if condition(first, second) { return }
    let holds = await withCheckedContinuation { continuation in
      let waiter = Waiter(condition: condition, continuation: continuation)
      let timer = NetworkTimer { [self] _ in finish(waiter, condition(first, second)) }
      timer.deadline = .now + .seconds(limit.seconds)
      waiter.timer = timer
      waiters.append(waiter)
    }
    guard holds else {
      let ends = [first, second].map { side in
        "\(side.events) \(side.transport.counters) \(String(describing: side.transport.ice.selectedPair))"
      }
      throw HarnessError("\(what) did not come: \(ends.joined(separator: "\n"))")
    }
  }

  func waitUntilConnected(within limit: Duration = .seconds(10)) async throws {
    try await wait(for: "the connection", within: limit) { $0.transport.isWritable && $1.transport.isWritable }
  }

  private func check() {
    for waiter in waiters where waiter.condition(first, second) { finish(waiter, true) }
  }

  private func finish(_ waiter: Waiter, _ holds: Bool) {
    waiter.timer?.deadline = nil
    waiter.timer = nil
    waiters.removeAll { $0 === waiter }
    waiter.continuation.resume(returning: holds)
  }

  /// Removes the references back to the pair, so that it can be released without `close`.
  func release() {
    for side in [first, second] {
      side.onChange = {}
      side.onCandidate = nil
    }
  }

  /// Lets the network thread read its sockets, so that packets sent so far are processed.
  nonisolated func processReceived() async {
    // A turn of the thread's loop for each.
    for _ in 0..<20 { await with { _, _ in } }
  }

  /// Closes both sides and waits until they are gone.
  func close() async {
    for side in [first, second] {
      side.onChange = {}
      side.onCandidate = nil
      side.eventsWhenClosed = side.eventsWhenClosed ?? side.events.count
      await withCheckedContinuation { continuation in side.transport.close { continuation.resume() } }
    }
  }
}
