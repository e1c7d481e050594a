import Foundation
import Harness
import Media
import SDP
import Testing

@testable import WebRTC

@Suite(.serialized)
struct TransportLifetimeTests {
  /// `ORIEL_CONNECTIONS` sets the number of connections.
  @Test func `a hundred connections, opened and closed, leak no memory, thread or descriptor`() async throws {
    let count = ProcessInfo.processInfo.environment["ORIEL_CONNECTIONS"].flatMap { Int($0) } ?? 100
    func cycle() async throws {
      let pair = try TransportPair()
      await pair.connect()
      try await pair.waitUntilConnected()
      await pair.with { first, _ in #expect(first.sendRTP(rtpPacket(sequenceNumber: 1))) }
      try await pair.wait(for: "the packet") { !$1.packets.isEmpty }
      await pair.close()
    }
    // The first few include what libraries and allocators keep for good.
    for _ in 0..<30 { try await cycle() }
    let before = try HeldResources.now()
    for index in 0..<count {
      try await cycle()
      if index % 100 == 99 { print("after \(index + 1): \(try HeldResources.now())") }
    }
    let after = try await HeldResources.settled(atMost: before)
    #expect(after.threads <= before.threads)
    #expect(after.descriptors <= before.descriptors)
    #expect(after.memory < before.memory + 4096, "\(before.memory) kB, then \(after.memory) kB")
  }

  @Test func `a transport released without close leaks no descriptor`() async throws {
    func cycle() async throws {
      var pair: TransportPair? = try TransportPair()
      await pair?.connect()
      try await pair?.waitUntilConnected()
      await pair?.release()
      pair = nil
    }
    try await cycle()
    let before = try HeldResources.now()
    for _ in 0..<10 { try await cycle() }
    // Agents are closed on the network thread, one turn after the other.
    #expect(try await HeldResources.settled(atMost: before).descriptors <= before.descriptors)
  }

  /// How far a connection is when it is closed.
  enum Moment: CaseIterable, Sendable {
    case new, gathering, askingServers, checking, handshake, connected, restarting, retiring, failed
  }

  @Test(arguments: Moment.allCases)
  func `close releases everything at any moment, and no event follows it`(moment: Moment) async throws {
    let absent = try FreePort.find()
    let relay = moment == .handshake || moment == .failed ? try UDPRelay() : nil
    // A server that receives requests and does not answer.
    let mute = try UDPRelay { _, _ in [] }
    mute.capture(atMost: 100)
    let pair = try TransportPair(through: relay) { configuration, _ in
      if moment == .askingServers {
        // A refused TCP connection, a name without an address, and a server that does not answer.
        configuration.iceServers = [
          RTCIceServer(
            urls: [
              "turn:127.0.0.1:\(absent)?transport=tcp", "turn:name.invalid", "turn:127.0.0.1:\(mute.portForSecond)",
            ],
            username: "u", credential: "c"),
          RTCIceServer(urls: ["stun:name.invalid", "stun:127.0.0.1:\(absent)"]),
        ]
      }
    }
    let before = try HeldResources.now()
    switch moment {
    case .new: break
    case .gathering, .askingServers, .checking:
      await pair.connect()
      if moment == .askingServers { try await eventually("the request") { !mute.captured.isEmpty } }
      if moment == .checking {
        try await pair.wait(for: "checks") { first, _ in first.transport.ice.state == .checking }
      }
    case .handshake, .failed:
      relay?.setPolicy { _, bytes in bytes[0] >= 20 ? [] : [0] }
      await pair.connect()
      try await pair.wait(for: "the handshake") { _, second in second.transport.dtls.state == .connecting }
      if moment == .failed {
        relay?.setPolicy { _, _ in [] }
        try await pair.wait(for: "the failure", within: .seconds(31)) { first, _ in first.transport.ice.state == .failed
        }
      }
    case .connected, .restarting, .retiring:
      await pair.connect()
      try await pair.waitUntilConnected()
      if moment != .connected { try await pair.restart() }
      if moment == .retiring {
        try await pair.wait(for: "the new path") { first, _ in first.transport.selectedPairChanges == 2 }
      }
    }
    await pair.close()
    await pair.with { first, second in
      for side in [first, second] {
        #expect(side.events.count == side.eventsWhenClosed)
        #expect(side.transport.ice.state == .closed && side.transport.dtls.state == .closed)
        #expect(!side.transport.isWritable && !side.sendRTP(rtpPacket(sequenceNumber: 1)))
        side.transport.ice.gather()
        side.transport.ice.setRemote(ICEParameters(usernameFragment: "abcd", password: "0123456789012345678901"))
        side.transport.dtls.setRemote(fingerprints: [], role: .client)
        side.transport.ice.remoteEndOfCandidates()
        #expect(throws: TransportError.closed) { try side.transport.ice.restart() }
      }
    }
    await pair.close()
    relay?.stop()
    mute.stop()
    #expect(try await HeldResources.settled(atMost: before).descriptors <= before.descriptors)
  }
}
