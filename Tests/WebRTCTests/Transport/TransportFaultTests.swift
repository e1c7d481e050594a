import SDP
import Foundation
import Harness
import Media
import RTP
import Synchronization
import Testing

@testable import WebRTC

/// Transports with a faulty network or a hostile peer.
@Suite(.serialized)
struct TransportFaultTests {
  @Test func `403 responses to connectivity checks fail these checks, and other connections work`() async throws {
    let relay = try UDPRelay()
    let pair = try TransportPair(through: relay)
    let password = await pair.with { $1.transport.ice.localParameters.password }
    let forged = Mutex(0)
    relay.setPolicy { [unowned relay] direction, bytes in
      guard direction == .toFirst, STUNForgery.isBindingSuccess(bytes) else { return [0] }
      forged.withLock { $0 += 1 }
      relay.inject(STUNForgery.error(403, inPlaceOf: bytes, password: password), .toFirst)
      return []
    }
    await pair.connect()
    try await pair.wait(for: "the other side") { $1.transport.selectedPairChanges > 0 }
    #expect(forged.withLock { $0 } > 0)
    await pair.close()
    // The shared network thread still works.
    let other = try TransportPair()
    await other.connect()
    try await other.waitUntilConnected()
    await other.close()
    relay.stop()
  }

  /// `ORIEL_FORGERIES` sets the number of rounds.
  @Test func `random STUN messages with correct signatures do not crash the process`() async throws {
    let rounds = ProcessInfo.processInfo.environment["ORIEL_FORGERIES"].flatMap { Int($0) } ?? 5
    for round in 0..<rounds {
      let relay = try UDPRelay()
      let pair = try TransportPair(through: relay)
      let passwords = await pair.with {
        (first: $0.transport.ice.localParameters.password, second: $1.transport.ice.localParameters.password)
      }
      let generator = Mutex(SeededRandom(seed: UInt64(round)))
      relay.setPolicy { [unowned relay] direction, bytes in
        guard STUNForgery.isMessage(bytes) else { return [0] }
        // Requests are signed with the receiver's password, responses with the sender's.
        let isRequest = bytes[0] == 0 && bytes[1] & 0x10 == 0
        for _ in 0..<20 {
          let password = (direction == .toFirst) == isRequest ? passwords.first : passwords.second
          relay.inject(
            generator.withLock { STUNForgery.variation(of: bytes, password: password, using: &$0) }, direction)
        }
        return [0]
      }
      await pair.connect()
      // Such a peer may break its own connection, so no result is required.
      try? await pair.waitUntilConnected(within: .seconds(2))
      await pair.close()
      relay.stop()
    }
    let other = try TransportPair()
    await other.connect()
    try await other.waitUntilConnected()
    await other.close()
  }

  @Test func `a peer that sends checks from 128 addresses fails with tooManyAddresses`() async throws {
    let relay = try UDPRelay()
    let pair = try TransportPair(through: relay)
    relay.capture(atMost: 100)
    await pair.connect()
    try await pair.waitUntilConnected()
    let request = try #require(
      relay.captured.first { $0.direction == .toSecond && STUNForgery.isMessage($0.bytes) && $0.bytes[0] == 0 })
    let port = try #require(await pair.with { $1.candidates.first?.port })
    for _ in 0..<(2 * ICEAgent.reflexiveCandidateLimit) { try UDPRelay.sendFromNewPort(request.bytes, to: port) }
    try await pair.wait(for: "the end") { $1.transport.ice.state == .failed }
    await pair.with { _, second in
      #expect(!second.transport.isWritable)
      #expect(second.failures == [.tooManyAddresses])
    }
    await pair.close()
    relay.stop()
  }

  @Test func `a peer that vanishes fails with consentExpired within 31 seconds`() async throws {
    let relay = try UDPRelay()
    let pair = try TransportPair(through: relay)
    await pair.connect()
    try await pair.waitUntilConnected()
    relay.setPolicy { _, _ in [] }
    let begin = MediaTime.now
    try await pair.wait(for: "the failure", within: .seconds(31)) {
      $0.transport.ice.state == .failed && $1.transport.ice.state == .failed
    }
    let took = (MediaTime.now - begin).seconds
    #expect(took > 1 && took < 31)
    await pair.with { first, second in
      for side in [first, second] {
        #expect(side.iceStates.suffix(2) == [.disconnected, .failed])
        #expect(side.failures == [.consentExpired])
        #expect(!side.transport.isWritable)
        #expect(!side.sendRTP(rtpPacket(sequenceNumber: 1)))
      }
    }
    await pair.close()
    relay.stop()
  }

  @Test func `responses to checks after consent has expired do not crash the process`() async throws {
    let relay = try UDPRelay()
    let pair = try TransportPair(through: relay)
    await pair.connect()
    try await pair.waitUntilConnected()
    let (username, passwords, port) = try await pair.with { first, second in
      let (own, other) = (first.transport.ice.localParameters, second.transport.ice.localParameters)
      return (
        "\(other.usernameFragment):\(own.usernameFragment)", (first: own.password, second: other.password),
        try #require(second.candidates.first?.port)
      )
    }
    relay.setPolicy { _, _ in [] }
    // The peer sends checks from one address after the other; the checks in return arrive, and are not answered.
    var places: [UDPRelay] = []
    let limit = MonotonicClock.seconds + 30
    while await pair.with({ $1.transport.ice.state != .failed }), MonotonicClock.seconds < limit {
      let place = try UDPRelay { _, _ in [] }
      place.capture(atMost: 100)
      place.connect(second: port)
      place.inject(STUNForgery.check(username: username, password: passwords.second), .toSecond)
      places.append(place)
      try await Task.sleep(for: .milliseconds(600))
    }
    var answered = 0
    for place in places {
      for check in place.captured where STUNForgery.isBindingRequest(check.bytes) {
        place.inject(STUNForgery.success(to: check.bytes, password: passwords.first), .toSecond)
        answered += 1
      }
    }
    #expect(answered > 0)
    await pair.processReceived()
    await pair.with { _, second in
      #expect(second.transport.ice.state == .failed && !second.transport.isWritable)
      #expect(second.failures == [.consentExpired])
    }
    await pair.close()
    for relay in places + [relay] { relay.stop() }
  }

  @Test func `an oversized STUN USERNAME does not crash the process`() async throws {
    let pair = try TransportPair()
    await pair.connect()
    try await pair.waitUntilConnected()
    try await sendLongNames(to: pair)
    await pair.close()
  }

  @Test func `an oversized STUN USERNAME through a relay does not crash the process`() async throws {
    let server = try await TURNServer(users: .longTerm(username: "oriel", password: "window"))
    let pair = try TransportPair { configuration, isFirst in
      guard !isFirst else { return }
      configuration.iceServers = [
        RTCIceServer(
          urls: ["turn:127.0.0.1:\(server.port)?transport=udp"], username: "oriel", credential: "window")
      ]
      configuration.iceTransportPolicy = .relay
    }
    await pair.connect()
    try await pair.waitUntilConnected()
    try await sendLongNames(to: pair)
    await pair.close()
    try await server.stop()
  }

  /// Sends the second side correctly signed checks, an ordinary one and others with user names of the lengths around which
  /// libnice's response exceeds its 1300 bytes, and expects that the side has not failed.
  private func sendLongNames(to pair: TransportPair) async throws {
    let (username, password, port) = try await pair.with { first, second in
      let (own, other) = (first.transport.ice.localParameters, second.transport.ice.localParameters)
      return (
        "\(other.usernameFragment):\(own.usernameFragment)", other.password, try #require(second.candidates.first?.port)
      )
    }
    let place = try UDPRelay { _, _ in [] }
    place.capture(atMost: 1000)
    place.connect(second: port)
    for count in [0] + stride(from: 1150, through: 1300, by: 4) {
      let name = username + String(repeating: "A", count: count)
      place.inject(STUNForgery.check(username: name, password: password), .toSecond)
    }
    // The ordinary check is answered.
    try await eventually("an answer") { place.captured.contains { STUNForgery.isBindingSuccess($0.bytes) } }
    await pair.processReceived()
    await pair.with { _, second in #expect(second.transport.ice.state != .failed) }
    place.stop()
  }

  @Test func `a peer whose reports stop is disconnected, and connected again when they resume`() async throws {
    let relay = try UDPRelay()
    let pair = try TransportPair(through: relay)
    await pair.connect()
    try await pair.waitUntilConnected()
    let sending = Task {
      for number in 1...UInt16.max where !Task.isCancelled {
        await pair.with { first, second in
          _ = first.sendRTP(rtpPacket(sequenceNumber: number))
          _ = second.sendRTCP(receiverReport())
        }
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
    // For longer than RFC 3550's longest interval between two reports.
    try await pair.wait(for: "reports", within: .seconds(20)) { first, _ in first.reports.count > 70 }
    // Only RTP and RTCP are lost: consent stays.
    relay.setPolicy { _, bytes in bytes[0] < 128 ? [0] : [] }
    try await pair.wait(for: "the silence") { first, _ in first.transport.ice.state == .disconnected }
    await pair.with { first, _ in #expect(first.transport.isWritable) }
    relay.setPolicy { _, _ in [0] }
    try await pair.wait(for: "the return") { first, _ in
      first.iceStates.last == .completed && first.iceStates.contains(.disconnected)
    }
    sending.cancel()
    await sending.value
    await pair.close()
    relay.stop()
  }

  @Test func `a peer that never reports stays connected while it answers checks`() async throws {
    let pair = try TransportPair()
    await pair.connect()
    try await pair.waitUntilConnected()
    for number in 1...150 as ClosedRange<UInt16> {
      await pair.with { first, _ in _ = first.sendRTP(rtpPacket(sequenceNumber: number)) }
      try await Task.sleep(for: .milliseconds(100))
    }
    await pair.with { first, _ in
      #expect(first.transport.isWritable)
      #expect(!first.iceStates.contains { [.disconnected, .failed].contains($0) }, "\(first.iceStates)")
    }
    await pair.close()
  }

  @Test func `twelve seconds of lost checks do not end a connection with media; lost media do`() async throws {
    let relay = try UDPRelay()
    let pair = try TransportPair(through: relay)
    await pair.connect()
    try await pair.waitUntilConnected()
    let sending = Task {
      for number in 1...UInt16.max where !Task.isCancelled {
        await pair.with { first, second in
          _ = first.sendRTP(rtpPacket(sequenceNumber: number))
          _ = second.sendRTCP(receiverReport())
        }
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
    try await pair.wait(for: "a report") { first, _ in !first.reports.isEmpty }
    // Longer than the ten seconds after which strict consent would expire.
    relay.setPolicy { _, bytes in bytes[0] < 20 ? [] : [0] }
    try await Task.sleep(for: .seconds(12))
    await pair.with { first, second in
      for side in [first, second] {
        #expect(side.transport.isWritable)
        #expect(!side.iceStates.contains(.failed))
      }
    }
    relay.setPolicy { _, _ in [] }
    try await pair.wait(for: "the failure", within: .seconds(30)) { first, _ in first.transport.ice.state == .failed }
    sending.cancel()
    await sending.value
    await pair.close()
    relay.stop()
  }

  @Test func `DTLS packets that arrive before the description are kept and used`() async throws {
    let pair = try TransportPair()
    await pair.connect(describing: .second)
    // The client's first datagrams arrive at a side without a remote fingerprint.
    try await pair.wait(for: "the path") {
      $0.transport.selectedPairChanges > 0 && $1.transport.selectedPairChanges > 0
    }
    try await eventually("kept packets") {
      await pair.with { first, _ in !first.transport.dtls.earlyPackets.isEmpty }
    }
    await pair.with { first, second in
      #expect(first.transport.dtls.state == .new)
      first.transport.dtls.setRemote(fingerprints: second.certificate.getFingerprints(), role: .server)
    }
    try await pair.waitUntilConnected()
    await pair.close()
  }

  @Test func `a peer that cannot be reached fails with unreachable after the end of its candidates`() async throws {
    let relay = try UDPRelay { _, _ in [] }
    let pair = try TransportPair(through: relay)
    await pair.connect()
    try await pair.wait(for: "the failure", within: .seconds(40)) { first, _ in first.transport.ice.state == .failed }
    await pair.with { first, _ in
      #expect(first.iceStates == [.checking, .failed])
      #expect(first.failures == [.unreachable])
    }
    await pair.close()
    relay.stop()
  }

  @Test func `a later description with another certificate's fingerprint ends the connection`() async throws {
    let pair = try TransportPair()
    await pair.connect()
    try await pair.waitUntilConnected()
    let foreign = try RTCCertificate.generateCertificate()
    await pair.with { first, second in
      first.transport.dtls.setRemote(fingerprints: second.certificate.getFingerprints(), role: .server)
      #expect(first.transport.isWritable)
      first.transport.dtls.setRemote(fingerprints: foreign.getFingerprints(), role: .server)
      #expect(!first.transport.isWritable)
    }
    try await pair.wait(for: "the failure") { first, _ in first.failures == [.fingerprintMismatch] }
    await pair.close()
  }

  @Test func `a DTLS handshake succeeds when every other of its first eight datagrams is lost`() async throws {
    // In each direction.
    let counts = Mutex((toFirst: 0, toSecond: 0))
    let relay = try UDPRelay { direction, bytes in
      guard let first = bytes.first, (20...63).contains(first) else { return [0] }
      let count = counts.withLock { counts in
        if direction == .toFirst { counts.toFirst += 1 } else { counts.toSecond += 1 }
        return direction == .toFirst ? counts.toFirst : counts.toSecond
      }
      return count <= 8 && count % 2 == 1 ? [] : [0]
    }
    let pair = try TransportPair(through: relay)
    await pair.connect()
    try await pair.waitUntilConnected()
    await pair.close()
    relay.stop()
  }
}
