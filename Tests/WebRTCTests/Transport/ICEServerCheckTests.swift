import Harness
import Media
import RTP
import Synchronization
import Testing

@testable import WebRTC

/// Outcomes of a STUN server's check, above all when its connection is closed at the same time.
@Suite(.serialized)
struct ICEServerCheckTests {
  /// Connecting a socket to the broadcast address fails, so that the check ends within its initialiser, without a network.
  private static let unusable = "255.255.255.255"

  /// Used on the network thread only.
  private final class Holder: @unchecked Sendable {
    var check: ICEServerCheck?
    var servers: ICEServers?
    var transport: PeerTransport?
  }

  /// Runs `body` on the network thread, and returns when the closures that it deferred have run.
  private func onThread(_ body: @escaping @Sendable () -> Void) async {
    await withCheckedContinuation { continuation in
      NetworkThread.shared.post {
        body()
        NetworkThread.shared.later { continuation.resume() }
      }
    }
  }

  private func beginCheck(completion: @escaping @Sendable (ICEServerCheck.Outcome) -> Void) throws -> ICEServerCheck {
    let text = "stun:\(Self.unusable)"
    return ICEServerCheck(
      url: try RTCIceServerURL(text), address: IPAddress(Self.unusable)!, server: RTCIceServer(urls: [text]),
      thread: .shared, completion: completion)
  }

  @Test func `a check that fails at once reports it after the call`() async throws {
    let holder = Holder()
    let outcomes = Mutex<[ICEServerCheck.Outcome]>([])
    await onThread { [self] in
      holder.check = try? beginCheck { outcome in outcomes.withLock { $0.append(outcome) } }
      #expect(holder.check != nil)
      #expect(outcomes.withLock { $0.count } == 0)
    }
    let reported = outcomes.withLock { $0 }
    guard reported.count == 1, case .unreachable = reported[0] else {
      Issue.record("\(reported)")
      return
    }
    await onThread { holder.check = nil }
  }

  @Test(arguments: [true, false])
  func `a check that fails and is cancelled in the same turn of the thread reports nothing`(isKept: Bool) async throws {
    let holder = Holder()
    let count = Mutex(0)
    await onThread { [self] in
      holder.check = try? beginCheck { _ in count.withLock { $0 += 1 } }
      holder.check?.cancel()
      if !isKept { holder.check = nil }
    }
    await onThread { holder.check = nil }
    #expect(count.withLock { $0 } == 0)
  }

  @Test func `a server's failed check in the turn in which its connection ends does not crash the process`()
    async throws
  {
    var configuration = TransportConfiguration(
      certificate: try RTCCertificate.generateCertificate(), isControlling: true)
    // Several STUN servers are all checked at once.
    configuration.iceServers = [RTCIceServer(urls: ["stun:\(Self.unusable)", "stun:\(Self.unusable):3479"])]
    let holder = Holder()
    await onThread { [configuration] in
      holder.servers = ICEServers(configuration: configuration, thread: .shared)
      holder.servers?.onError = { error in Issue.record("reported after the end: \(error)") }
      holder.servers?.begin(stun: { _ in Issue.record("reported after the end") }, turn: { _ in })
      holder.servers?.cancel()
      holder.servers = nil
    }
  }

  @Test func `a STUN server's answer in the turn in which the transport closes does not crash the process`()
    async throws
  {
    // Each relay stands for a STUN server: it keeps the request, and the answer is injected below.
    let relays = try [UDPRelay { _, _ in [] }, UDPRelay { _, _ in [] }]
    for relay in relays { relay.capture(atMost: 1) }
    var configuration = TransportConfiguration(
      certificate: try RTCCertificate.generateCertificate(), isControlling: true)
    configuration.localAddresses = ["127.0.0.1"]
    configuration.iceServers = [RTCIceServer(urls: relays.map { "stun:127.0.0.1:\($0.portForFirst)" })]
    let holder = Holder()
    await onThread { [configuration] in
      holder.transport = try? PeerTransport(configuration: configuration)
      holder.transport?.ice.gather()
    }
    try await wait { relays.allSatisfy { !$0.captured.isEmpty } }
    let requests = try relays.map { try #require($0.captured.first).bytes }
    await withCheckedContinuation { continuation in
      NetworkThread.shared.post {
        for (relay, request) in zip(relays, requests) {
          relay.inject([0x01, 0x01, 0, 0] + request[4..<20], .toFirst)
        }
        // The answers have arrived and are read before the thread's next turn, which runs this first.
        NetworkThread.shared.post {
          holder.transport?.close()
          holder.transport = nil
          NetworkThread.shared.later { continuation.resume() }
        }
      }
    }
    for relay in relays { relay.stop() }
  }

  @Test func `an ICE restart uses the servers of the last setICEServers`() async throws {
    let relays = try [UDPRelay { _, _ in [] }, UDPRelay { _, _ in [] }]
    for relay in relays { relay.capture(atMost: 1) }
    let servers = relays.map { RTCIceServer(urls: ["stun:127.0.0.1:\($0.portForFirst)"]) }
    var configuration = TransportConfiguration(
      certificate: try RTCCertificate.generateCertificate(), isControlling: true)
    configuration.localAddresses = ["127.0.0.1"]
    configuration.iceServers = [servers[0]]
    let holder = Holder()
    await onThread { [configuration] in
      holder.transport = try? PeerTransport(configuration: configuration)
      holder.transport?.ice.gather()
    }
    try await wait { !relays[0].captured.isEmpty }
    #expect(relays[1].captured.isEmpty)
    await onThread {
      holder.transport?.ice.setServers([servers[1]])
      #expect(throws: Never.self) { try holder.transport?.ice.restart() }
      holder.transport?.ice.gather()
    }
    try await wait { !relays[1].captured.isEmpty }
    await onThread {
      holder.transport?.close()
      holder.transport = nil
    }
    for relay in relays { relay.stop() }
  }

  private func wait(until condition: () -> Bool) async throws {
    let limit = MonotonicClock.seconds + 10
    while !condition() {
      guard MonotonicClock.seconds < limit else { throw HarnessError("no request came") }
      try await Task.sleep(for: .milliseconds(2))
    }
  }
}
