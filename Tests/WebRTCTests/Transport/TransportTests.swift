import Harness
import Media
import RTP
import SDP
import Testing

@testable import WebRTC

@Suite(.serialized)
struct TransportTests {
  @Test(arguments: [true, false])
  func `two transports connect with either as the DTLS client, and carry RTP and RTCP both ways`(
    firstIsServer: Bool
  ) async throws {
    let pair = try TransportPair()
    await pair.connect(firstRole: firstIsServer ? .server : .client)
    try await pair.waitUntilConnected()
    await pair.with { first, second in
      #expect(first.sendRTP(rtpPacket(sequenceNumber: 1)))
      #expect(second.sendRTP(rtpPacket(sequenceNumber: 7)))
      #expect(first.sendRTCP(receiverReport()))
      #expect(second.sendRTCP(receiverReport()))
    }
    try await pair.wait(for: "the packets") { first, second in
      first.packets.count == 1 && second.packets.count == 1 && first.reports.count == 1 && second.reports.count == 1
    }
    await pair.with { first, second in
      #expect(second.packets == [rtpPacket(sequenceNumber: 1)])
      #expect(first.packets == [rtpPacket(sequenceNumber: 7)])
      #expect(first.reports == [receiverReport()])
      #expect(first.dtlsStates == [.connecting, .connected])
    }
    await pair.close()
  }

  @Test func `a certificate with another fingerprint is a mismatch here and an alert at the peer`() async throws {
    let pair = try TransportPair()
    let foreign = try RTCCertificate.generateCertificate()
    await pair.connect(fingerprints: foreign.getFingerprints())
    try await pair.wait(for: "the refusal") { $0.transport.dtls.state == .failed && $1.transport.dtls.state == .failed }
    await pair.with { first, second in
      #expect(second.failures == [.fingerprintMismatch])
      #expect(first.failures.count == 1)
      guard case .alert = first.failures.first else {
        Issue.record("\(first.failures)")
        return
      }
      #expect(!first.transport.isWritable && !second.transport.isWritable)
      #expect(!second.sendRTP(rtpPacket(sequenceNumber: 1)))
    }
    await pair.close()
  }

  @Test func `a packet replayed five times is dropped and counted five times`() async throws {
    let relay = try UDPRelay()
    let pair = try TransportPair(through: relay)
    await pair.connect()
    try await pair.waitUntilConnected()
    relay.capture(atMost: 10)
    await pair.with { first, _ in #expect(first.sendRTP(rtpPacket(sequenceNumber: 1))) }
    try await pair.wait(for: "the packet") { !$1.packets.isEmpty }
    let packet = try #require(relay.captured.first { $0.direction == .toSecond && $0.bytes[0] == 0x80 })
    for _ in 0..<5 { relay.inject(packet.bytes, .toSecond) }
    try await settle(pair, sequenceNumber: 2)
    await pair.with { _, second in
      #expect(second.packets.count == 2)
      #expect(second.transport.counters.replayed == 5)
      #expect(second.transport.counters.notAuthentic == 0)
    }
    await pair.close()
  }

  @Test func `random packets to the open port are counted and dropped`() async throws {
    let relay = try UDPRelay()
    let pair = try TransportPair(through: relay)
    await pair.connect()
    try await pair.waitUntilConnected()
    var generator = SeededRandom(seed: 4711)
    for length in 1...300 {
      // Every kind of first byte: STUN, DTLS, RTP, and none of these.
      var bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
      bytes[0] = [0, 20, 22, 23, 64, 128, 144, 191, 255][length % 9]
      relay.inject(bytes, .toSecond)
      // No more at a time than a socket's buffer holds.
      if length % 50 == 0 { try await settle(pair, sequenceNumber: UInt16(length / 50)) }
    }
    await pair.with { first, second in
      #expect(second.packets == (1...6).map { rtpPacket(sequenceNumber: $0) })
      #expect(second.transport.counters.notAuthentic > 0)
      #expect(second.transport.counters.ignored > 0)
      #expect(second.transport.isWritable)
      #expect(second.failures.isEmpty)
    }
    await pair.close()
  }

  @Test func `an ICE restart changes the path without losing a packet`() async throws {
    let pair = try TransportPair()
    await pair.connect()
    try await pair.waitUntilConnected()
    let portBefore = await pair.with { first, _ in first.transport.ice.selectedPair?.local.port }
    let sending = Task {
      for number in 1...400 {
        await pair.with { first, second in
          #expect(first.sendRTP(rtpPacket(sequenceNumber: UInt16(number))))
          #expect(second.sendRTP(rtpPacket(sequenceNumber: UInt16(number))))
        }
        try await Task.sleep(for: .milliseconds(2))
      }
    }
    try await pair.restart()
    try await pair.wait(for: "the new path") {
      $0.transport.selectedPairChanges == 2 && $1.transport.selectedPairChanges == 2
    }
    try await sending.value
    try await pair.wait(for: "all packets") { $0.packets.count == 400 && $1.packets.count == 400 }
    await pair.with { first, second in
      #expect(first.transport.ice.selectedPair?.local.port != portBefore)
      #expect(first.failures.isEmpty && second.failures.isEmpty)
      #expect(first.dtlsStates == [.connecting, .connected])
      #expect(!first.iceStates.contains(.disconnected))
      #expect(first.transport.counters.packetsDiscardedOnSend == 0)
    }
    await pair.close()
  }

  @Test func `a restart that is rolled back leaves the connection as it was`() async throws {
    let pair = try TransportPair()
    await pair.connect()
    try await pair.waitUntilConnected()
    try await pair.with { first, _ in
      let before = first.transport.ice.localParameters
      let during = try first.transport.ice.restart()
      #expect(during != before && first.transport.ice.localParameters == during)
      first.transport.ice.gather()
      first.transport.ice.abandonRestart()
      #expect(first.transport.ice.localParameters == before)
      #expect(first.transport.isWritable)
    }
    try await settle(pair, sequenceNumber: 1)
    await pair.close()
  }

  @Test func `two controlling sides resolve the role conflict and connect`() async throws {
    let pair = try TransportPair { configuration, _ in configuration.isControlling = true }
    await pair.connect()
    try await pair.waitUntilConnected()
    try await settle(pair, sequenceNumber: 1)
    await pair.close()
  }

  @Test func `packets of different sizes in a batch arrive whole and in order`() async throws {
    let pair = try TransportPair()
    await pair.connect()
    try await pair.waitUntilConnected()
    let sizes = [1100, 1100, 1100, 300, 1100, 20, 20, 1200, 1150, 1150]
    await pair.with { first, _ in
      let batch = RTPPacketBatch(capacity: 64)
      for (index, size) in sizes.enumerated() {
        batch.add(rtpPacket(sequenceNumber: UInt16(index), payload: size), isRTCP: false)
      }
      batch.add(receiverReport(), isRTCP: true)
      #expect(first.transport.send(batch, packets: 0..<batch.count) == 11)
    }
    try await pair.wait(for: "the batch") { $1.packets.count == 10 && $1.reports.count == 1 }
    await pair.with { first, second in
      #expect(second.packets == sizes.enumerated().map { rtpPacket(sequenceNumber: UInt16($0), payload: $1) })
      #expect(first.transport.counters.bytesSent == second.transport.counters.bytesReceived)
    }
    await pair.close()
  }

  @Test func `statistics have the names and the references of webrtc-stats`() async throws {
    let pair = try TransportPair()
    await pair.connect()
    try await pair.waitUntilConnected()
    await pair.with { first, _ in
      for number in 0..<3 { #expect(first.sendRTP(rtpPacket(sequenceNumber: UInt16(number)))) }
    }
    try await pair.wait(for: "the packets") { $1.packets.count == 3 }
    try await pair.with { first, second in
      let report = second.transport.statistics().report(
        id: "T", now: .now, roundTripTime: 0.02, availableBitrate: 2_500_000
      ) { $0.seconds * 1000 }
      let byID = Dictionary(uniqueKeysWithValues: report.map { ($0.id, $0) })
      let transport = try #require(byID["T"] as? RTCTransportStats)
      #expect(transport.dtlsState == "connected" && transport.iceRole == "controlled" && transport.dtlsRole == "client")
      #expect(transport.srtpCipher == "SRTP_AEAD_AES_128_GCM" && transport.tlsVersion == "FEFD")
      #expect(transport.selectedCandidatePairChanges == 1)
      #expect(transport.packetsReceived == second.transport.counters.packetsReceived)
      let selected = try #require(byID[transport.selectedCandidatePairId ?? ""] as? RTCIceCandidatePairStats)
      #expect(selected.nominated == true && selected.state == "succeeded" && selected.currentRoundTripTime == 0.02)
      #expect(selected.availableOutgoingBitrate == 2_500_000)
      #expect((selected.bytesReceived ?? 0) > 336)
      let local = try #require(byID[selected.localCandidateId] as? RTCIceCandidateStats)
      let remote = try #require(byID[selected.remoteCandidateId] as? RTCIceCandidateStats)
      #expect(local.type == .localCandidate && local.candidateType == "host" && local.address == "127.0.0.1")
      #expect(remote.type == .remoteCandidate && remote.port == first.candidates.first.map { Int($0.port) })
      let own = try #require(byID[transport.localCertificateId ?? ""] as? RTCCertificateStats)
      let other = try #require(byID[transport.remoteCertificateId ?? ""] as? RTCCertificateStats)
      #expect(own.fingerprint == second.certificate.getFingerprints().first?.value)
      #expect(other.fingerprint == first.certificate.getFingerprints().first?.value)
      #expect(other.base64Certificate.hasPrefix("MII"))
    }
    await pair.close()
  }

  @Test func `host candidates stay in the port range, and a full range is a candidate error`() async throws {
    let port = try FreePort.find()
    let pair = try TransportPair { configuration, isFirst in
      if isFirst { configuration.portRange = port...port }
    }
    await pair.connect()
    try await pair.waitUntilConnected()
    await pair.with { first, _ in #expect(first.candidates.map(\.port) == [port]) }
    let late = try TransportPair { configuration, isFirst in
      if isFirst { configuration.portRange = port...port }
    }
    await late.connect()
    try await late.wait(for: "the end of gathering") { first, _ in first.transport.ice.gatheringState == .complete }
    await late.with { first, _ in
      #expect(first.candidates.isEmpty)
      #expect(first.candidateErrors.first?.errorText.contains("\(port)") == true)
    }
    await late.close()
    await pair.close()
  }

  @Test func `unusable candidates and those beyond 20 are ignored`() async throws {
    let pair = try TransportPair()
    await pair.with { first, _ in
      let good = ICECandidate(
        foundation: "1", transport: .udp, priority: 1, address: "127.0.0.1", port: 9, kind: .host)
      for (field, value) in [
        ("address", "a1b2.local"), ("address", "fe80::1"), ("address", "nonsense"), ("transport", "sctp"),
      ] {
        var candidate = good
        if field == "address" { candidate.address = value } else { candidate.transport = .other(value) }
        first.transport.ice.addRemoteCandidate(candidate)
      }
      #expect(first.transport.ice.remoteCandidates.isEmpty)
      for port in 1...30 {
        var candidate = good
        candidate.port = UInt16(port)
        first.transport.ice.addRemoteCandidate(candidate)
      }
      #expect(first.transport.ice.remoteCandidates.count == 20)
      first.transport.ice.addRemoteCandidate(good, usernameFragment: "of another generation")
      #expect(first.transport.ice.remoteCandidates.count == 20)
    }
    await pair.close()
  }

  /// Sends a packet to the second side and waits for it: all packets sent before have then arrived.
  private func settle(_ pair: TransportPair, sequenceNumber: UInt16) async throws {
    // The relay sends injected packets at once; this one follows them.
    await pair.with { first, _ in #expect(first.sendRTP(rtpPacket(sequenceNumber: sequenceNumber))) }
    try await pair.wait(for: "packet \(sequenceNumber)") { _, second in
      second.packets.contains { $0[3] == UInt8(sequenceNumber) }
    }
  }
}
