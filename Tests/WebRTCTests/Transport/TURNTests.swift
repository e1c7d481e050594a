import SDP
import Foundation
import Harness
import Media
import RTP
import Testing

@testable import WebRTC

/// With a real coturn on loopback.
@Suite(.serialized)
struct TURNTests {
  private func relayedPair(
    _ server: TURNServer, _ transport: String, host: String = "127.0.0.1", username: String, credential: String
  ) throws -> TransportPair {
    let servers = [
      RTCIceServer(
        urls: ["turn:\(host):\(server.port)?transport=\(transport)"], username: username, credential: credential)
    ]
    return try TransportPair { configuration, _ in
      configuration.iceServers = servers
      configuration.iceTransportPolicy = .relay
    }
  }

  private func checkRelayed(_ pair: TransportPair) async throws {
    await pair.connect()
    try await pair.waitUntilConnected()
    await pair.with { first, second in
      for side in [first, second] {
        #expect(!side.candidates.isEmpty)
        #expect(side.candidates.allSatisfy { $0.kind == .relayed && $0.relatedAddress == "0.0.0.0" })
        #expect(side.transport.ice.selectedPair?.local.kind == .relayed)
        #expect(side.candidateErrors.isEmpty)
      }
      for number in 1...20 { #expect(first.sendRTP(rtpPacket(sequenceNumber: UInt16(number), payload: 1100))) }
      #expect(second.sendRTCP(receiverReport()))
    }
    try await pair.wait(for: "what was sent") { $1.packets.count == 20 && $0.reports.count == 1 }
    await pair.close()
  }

  @Test(arguments: ["udp", "tcp"])
  func `with the relay policy all packets go through the TURN server`(transport: String) async throws {
    let server = try await TURNServer(users: .longTerm(username: "oriel", password: "window"))
    try await checkRelayed(relayedPair(server, transport, username: "oriel", credential: "window"))
    try await server.stop()
  }

  /// `ORIEL_CONNECTIONS` sets the number of connections.
  @Test(arguments: ["udp", "tcp"])
  func `relayed connections, opened and closed, leak nothing here and no port on the server`(transport: String)
    async throws
  {
    let count = ProcessInfo.processInfo.environment["ORIEL_CONNECTIONS"].flatMap { Int($0) } ?? 40
    // So few relayed ports that a leaked allocation would use them up.
    let server = try await TURNServer(
      users: .longTerm(username: "oriel", password: "window"), relayPorts: 49600...49649)
    func cycle() async throws {
      try await checkRelayed(relayedPair(server, transport, username: "oriel", credential: "window"))
    }
    for _ in 0..<10 { try await cycle() }
    let before = try HeldResources.now()
    for _ in 0..<count { try await cycle() }
    let after = try await HeldResources.settled(atMost: before)
    #expect(after.threads <= before.threads)
    #expect(after.descriptors <= before.descriptors)
    #expect(after.memory < before.memory + 4096, "\(before.memory) kB, then \(after.memory) kB")
    try await server.stop()
  }

  @Test func `a TURN server's host name is resolved`() async throws {
    let server = try await TURNServer(users: .longTerm(username: "oriel", password: "window"))
    try await checkRelayed(relayedPair(server, "udp", host: "localhost", username: "oriel", credential: "window"))
    try await server.stop()
  }

  @Test(arguments: ["udp", "tcp"])
  func `time-limited credentials are accepted`(transport: String) async throws {
    let server = try await TURNServer(users: .sharedSecret("bay"))
    let (username, password) = try await TURNServer.credentials(secret: "bay", name: "oriel", validFor: 600)
    try await checkRelayed(relayedPair(server, transport, username: username, credential: password))
    try await server.stop()
  }

  @Test(arguments: ["udp", "tcp"])
  func `wrong credentials are an error 401 with the server's URL, and gathering ends`(transport: String) async throws {
    let server = try await TURNServer(users: .longTerm(username: "oriel", password: "window"))
    let pair = try relayedPair(server, transport, username: "oriel", credential: "door")
    await pair.connect()
    try await pair.wait(for: "the end of gathering") { first, second in
      first.transport.ice.gatheringState == .complete && second.transport.ice.gatheringState == .complete
    }
    await pair.with { first, _ in
      #expect(first.candidateErrors.map(\.errorCode) == [401])
      #expect(first.candidateErrors.first?.url == "turn:127.0.0.1:\(server.port)?transport=\(transport)")
      #expect(first.candidates.isEmpty)
    }
    await pair.close()
    try await server.stop()
  }

  @Test(arguments: ["stun:127.0.0.1:PORT", "turn:127.0.0.1:PORT", "turn:127.0.0.1:PORT?transport=tcp"])
  func `an unreachable server is reported as 701, and the host candidate remains`(url: String) async throws {
    let port = try FreePort.find()
    let servers = [RTCIceServer(urls: [url.replacing("PORT", with: "\(port)")], username: "u", credential: "c")]
    let pair = try TransportPair { configuration, _ in configuration.iceServers = servers }
    await pair.connect()
    try await pair.waitUntilConnected()
    try await pair.wait(for: "the end of gathering") { first, _ in first.transport.ice.gatheringState == .complete }
    await pair.with { first, _ in
      #expect(first.candidateErrors.map(\.errorCode) == [701])
      #expect(first.candidates.map(\.kind) == [.host])
    }
    await pair.close()
  }

  @Test func `with a stopped TCP relay packets are dropped, the thread does not block, and memory does not grow`()
    async throws
  {
    let server = try await TURNServer(users: .longTerm(username: "oriel", password: "window"))
    let pair = try relayedPair(server, "tcp", username: "oriel", credential: "window")
    await pair.connect()
    try await pair.waitUntilConnected()
    server.signal(SIGSTOP)
    let before = try HeldResources.now().memory
    let begin = MediaTime.now
    await pair.with { first, _ in
      for number in 0..<40_000 { _ = first.sendRTP(rtpPacket(sequenceNumber: UInt16(number), payload: 1100)) }
      #expect(first.transport.counters.packetsDiscardedOnSend > 20_000)
    }
    // A blocking send would never return.
    #expect((MediaTime.now - begin).seconds < 30)
    #expect(try HeldResources.now().memory < before + 8192)
    server.signal(SIGCONT)
    // Packets that were on their way arrive, and then new ones.
    try await pair.wait(for: "packets") { !$1.packets.isEmpty }
    let sending = Task {
      for number in 40_001...UInt16.max where !Task.isCancelled {
        await pair.with { first, _ in _ = first.sendRTP(rtpPacket(sequenceNumber: number)) }
        try? await Task.sleep(for: .milliseconds(5))
      }
    }
    try await pair.wait(for: "new ones") { _, second in
      second.packets.last.map { UInt16($0[2]) << 8 | UInt16($0[3]) > 40_000 } ?? false
    }
    sending.cancel()
    await sending.value
    await pair.close()
    try await server.stop()
  }

  @Test func `a turns: URL is reported as not supported`() async throws {
    let servers = [RTCIceServer(urls: ["turns:turn.example.org"], username: "u", credential: "c")]
    let pair = try TransportPair { configuration, _ in configuration.iceServers = servers }
    await pair.connect()
    try await pair.waitUntilConnected()
    await pair.with { first, _ in
      #expect(first.candidateErrors.count == 1)
      #expect(first.candidateErrors.first?.errorText.contains("TLS is not supported") == true)
    }
    await pair.close()
  }

  @Test func `one of two STUN servers is unreachable: gathering ends with an error for that one only`() async throws {
    let server = try await TURNServer(users: .longTerm(username: "oriel", password: "window"))
    let absent = try FreePort.find()
    let servers = [RTCIceServer(urls: ["stun:127.0.0.1:\(absent)", "stun:127.0.0.1:\(server.port)"])]
    let pair = try TransportPair { configuration, _ in configuration.iceServers = servers }
    await pair.connect()
    try await pair.waitUntilConnected()
    try await pair.wait(for: "the end of gathering") { first, _ in first.transport.ice.gatheringState == .complete }
    await pair.with { first, _ in
      #expect(first.candidateErrors.map(\.url) == ["stun:127.0.0.1:\(absent)"])
    }
    await pair.close()
    try await server.stop()
  }
}
