import Media
import SDP
import TestSupport
import Testing

@testable import WebRTC

/// Two DTLS sessions that pass their datagrams directly to each other.
private actor DTLSPair {
  nonisolated var unownedExecutor: UnownedSerialExecutor { NetworkThread.shared.asUnownedSerialExecutor() }

  private final class End {
    var session: DTLSSession?
    var outgoing: [[UInt8]] = []
  }

  private let client = End()
  private let server = End()

  init(clientKnows: [RTCDtlsFingerprint]? = nil) throws {
    let certificates = try (RTCCertificate.generateCertificate(), RTCCertificate.generateCertificate())
    client.session = try DTLSSession(
      certificate: certificates.0, role: .client, fingerprints: clientKnows ?? certificates.1.getFingerprints(),
      thread: .shared
    ) { [client] in client.outgoing.append(Array($0)) }
    server.session = try DTLSSession(
      certificate: certificates.1, role: .server, fingerprints: certificates.0.getFingerprints(), thread: .shared
    ) { [server] in server.outgoing.append(Array($0)) }
  }

  /// Exchanges datagrams until neither side sends more.
  func exchange(_ change: ([UInt8]) -> [[UInt8]] = { [$0] }) {
    client.session?.start()
    for _ in 0..<20 {
      for (sender, receiver) in [(client, server), (server, client)] {
        let sent = sender.outgoing
        sender.outgoing = []
        for datagram in sent.flatMap(change) { datagram.withUnsafeBytes { receiver.session?.receive($0) } }
      }
    }
  }

  func with<Result: Sendable>(_ body: (DTLSSession, DTLSSession) throws -> Result) rethrows -> Result? {
    guard let client = client.session, let server = server.session else { return nil }
    return try body(client, server)
  }

  func end() {
    client.session = nil
    server.session = nil
  }
}

@Suite(.serialized)
struct DTLSTests {
  @Test func `both sides export the same keys, with GCM and ECDHE-ECDSA`() async throws {
    let pair = try DTLSPair()
    await pair.exchange()
    await pair.with { client, server in
      #expect(client.state == .connected && server.state == .connected)
      let (own, other) = (client.exportKeys(), server.exportKeys())
      #expect(own?.profile == .aeadAES128GCM)
      #expect(own?.sending.count == 28)
      #expect(own?.sending == other?.receiving && own?.receiving == other?.sending)
      #expect(own?.sending != own?.receiving)
      #expect(client.cipher == "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
    }
    await pair.end()
  }

  @Test func `a ClientHello in two reordered fragments is accepted`() async throws {
    let pair = try DTLSPair()
    // Like a ClientHello with post-quantum key shares, which is too large for one datagram.
    await pair.exchange { datagram in
      guard datagram.count > 25, datagram[0] == 22, datagram[13] == 1 else { return [Self.renumbered(datagram)] }
      let body = datagram[25...]
      let middle = body.startIndex + body.count / 2
      // Out of order as well.
      return [(1, body[middle...]), (0, body[..<middle])].map { number, part in
        let offset = part.startIndex - body.startIndex
        let record = [0, UInt8(offset >> 8), UInt8(offset & 255), 0, UInt8(part.count >> 8), UInt8(part.count & 255)]
        let length = 12 + part.count
        return datagram[..<10] + [UInt8(number), UInt8(length >> 8), UInt8(length & 255)] + datagram[13..<19]
          + record + part
      }
    }
    await pair.with { client, server in #expect(client.state == .connected && server.state == .connected) }
    await pair.end()
  }

  /// Increments the sequence numbers of the first epoch's records, to make room for one more fragment before them.
  private static func renumbered(_ datagram: [UInt8]) -> [UInt8] {
    var datagram = datagram
    var position = 0
    while position + 13 <= datagram.count {
      if datagram[position + 4] == 0 { datagram[position + 10] += 1 }
      position += 13 + Int(datagram[position + 11]) << 8 + Int(datagram[position + 12])
    }
    return datagram
  }

  @Test func `a handshake succeeds with duplicated, damaged and random datagrams`() async throws {
    let pair = try DTLSPair()
    var generator = SeededRandom(seed: 1)
    await pair.exchange { datagram in
      let garbage = (0..<60).map { _ in UInt8.random(in: 0...255, using: &generator) }
      var damaged = datagram
      damaged[damaged.count - 1] ^= 1
      return [garbage, [22, 254, 253], damaged.count > 60 && damaged[3] != 0 ? damaged : garbage, datagram, datagram]
    }
    await pair.with { client, server in #expect(client.state == .connected && server.state == .connected) }
    await pair.end()
  }

  @Test(arguments: ["sha-384", "sha-512"])
  func `a wrong SHA-384 or SHA-512 fingerprint is a mismatch`(algorithm: String) async throws {
    let wrong = RTCDtlsFingerprint(algorithm: algorithm, value: "AB:CD")
    let pair = try DTLSPair(clientKnows: [wrong])
    await pair.exchange()
    await pair.with { client, _ in #expect(client.state == .failed(.fingerprintMismatch)) }
    await pair.end()
  }

  @Test(arguments: [[], [RTCDtlsFingerprint(algorithm: "md5", value: "AB")]])
  func `a peer without a fingerprint of a known algorithm is refused`(known: [RTCDtlsFingerprint]) async throws {
    let pair = try DTLSPair(clientKnows: known)
    await pair.exchange()
    await pair.with { client, server in
      #expect(client.state == .failed(.fingerprintMismatch))
      #expect(server.state != .connected)
    }
    await pair.end()
  }

  @Test func `fingerprints match in upper and lower case`() async throws {
    let certificate = try RTCCertificate.generateCertificate()
    let own = try #require(certificate.getFingerprints().first)
    #expect(own.algorithm == "sha-256" && own.value.count == 95)
    #expect(own.matches(RTCDtlsFingerprint(algorithm: "SHA-256", value: own.value.lowercased())))
  }

  @Test func `close closes the peer's session`() async throws {
    let pair = try DTLSPair()
    await pair.exchange()
    await pair.with { client, _ in client.close() }
    await pair.exchange()
    await pair.with { client, server in #expect(client.state == .closed && server.state == .closed) }
    await pair.end()
  }

  @Test func `a certificate is valid for as long as requested, a year at most, a month by default`() throws {
    let day = try RTCCertificate.generateCertificate(validity: .seconds(86400))
    let decade = try RTCCertificate.generateCertificate(validity: .seconds(3650 * 86400))
    let month = try RTCCertificate.generateCertificate()
    #expect((decade.expires - day.expires) / 86_400_000 >= 363)
    #expect((decade.expires - day.expires) / 86_400_000 <= 364)
    #expect((month.expires - day.expires + 1000) / 86_400_000 == 29)
  }
}
