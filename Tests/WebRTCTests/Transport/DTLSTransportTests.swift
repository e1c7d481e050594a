import SDP
import Testing

@testable import WebRTC

/// Two DTLS transports that pass their datagrams directly to each other.
@NetworkThreadActor private final class DTLSTransportPair {
  final class End {
    let certificate: RTCCertificate
    let transport: DTLSTransport
    var hasPath = true
    var outgoing: [[UInt8]] = []
    var events: [TransportEvent] = []

    init() throws {
      certificate = try RTCCertificate.generateCertificate()
      transport = DTLSTransport(certificate: certificate, thread: .shared)
      transport.hasPath = { [unowned self] in hasPath }
      transport.send = { [unowned self] bytes in outgoing.append(Array(bytes)) }
      transport.onEvent = { [unowned self] event in events.append(event) }
    }

    @discardableResult
    func receive(_ datagram: [UInt8]) -> Bool { datagram.withUnsafeBytes { transport.receive($0) } }
  }

  let client: End
  let server: End

  init() throws {
    client = try End()
    server = try End()
  }

  /// Gives one end or both the other's description.
  func describe(client isClient: Bool = true, server isServer: Bool = true) {
    if isClient {
      client.transport.setRemote(fingerprints: server.certificate.getFingerprints(), role: .client)
    }
    if isServer {
      server.transport.setRemote(fingerprints: client.certificate.getFingerprints(), role: .server)
    }
  }

  /// Exchanges datagrams until neither end sends more.
  func exchange() {
    for _ in 0..<20 {
      for (sender, receiver) in [(client, server), (server, client)] {
        let sent = sender.outgoing
        sender.outgoing = []
        for datagram in sent { receiver.receive(datagram) }
      }
    }
  }

  func close() {
    client.transport.close()
    server.transport.close()
  }
}

@Suite(.serialized)
struct DTLSTransportTests {
  @NetworkThreadActor @Test
  func `DTLS begins once there are a description and a path, and packets are then protected`()
    throws
  {
    let pair = try DTLSTransportPair()
    let (client, server) = (pair.client, pair.server)
    defer { pair.close() }
    (client.hasPath, server.hasPath) = (false, false)
    pair.describe()
    #expect(client.transport.state == .new && client.outgoing.isEmpty && !client.transport.hasKeys)
    (client.hasPath, server.hasPath) = (true, true)
    client.transport.start()
    server.transport.start()
    pair.exchange()
    for end in [client, server] {
      #expect(end.events == [.dtlsState(.connecting), .dtlsState(.connected)])
      #expect(end.transport.hasKeys && end.transport.srtpCipher == "SRTP_AEAD_AES_128_GCM")
    }
    let packet = rtpPacket(sequenceNumber: 1)
    var bytes = packet + [UInt8](repeating: 0, count: SRTPSession.trailerRoom)
    let length = bytes.withUnsafeMutableBytes {
      client.transport.protect($0, length: packet.count, isRTCP: false)
    }
    bytes.removeLast(bytes.count - (try #require(length)))
    var copy = bytes
    let received = bytes.withUnsafeMutableBytes { server.transport.unprotect($0, isRTCP: false) }
    #expect(received == .success(packet.count) && Array(bytes.prefix(packet.count)) == packet)
    let again = copy.withUnsafeMutableBytes { server.transport.unprotect($0, isRTCP: false) }
    #expect(again == .failure(.replayed))
  }

  @NetworkThreadActor @Test
  func `eight packets that arrive before the description are kept, and then used`() throws {
    let pair = try DTLSTransportPair()
    let (client, server) = (pair.client, pair.server)
    defer { pair.close() }
    pair.describe(server: false)
    let hello = try #require(client.outgoing.first)
    client.outgoing = []
    #expect(server.receive(hello))
    #expect(!server.receive([UInt8](repeating: 22, count: 2049)))
    for _ in 0..<7 { #expect(server.receive([22, 254, 253])) }
    #expect(!server.receive(hello))
    #expect(server.transport.earlyPackets.count == 8 && server.transport.state == .new)
    pair.describe(client: false)
    pair.exchange()
    #expect(
      client.transport.hasKeys && server.transport.hasKeys && server.transport.earlyPackets.isEmpty)
  }

  @NetworkThreadActor @Test
  func `a later description with another fingerprint fails and forgets the keys`() throws {
    let pair = try DTLSTransportPair()
    let client = pair.client
    defer { pair.close() }
    pair.describe()
    pair.exchange()
    let foreign = try RTCCertificate.generateCertificate()
    client.transport.setRemote(fingerprints: foreign.getFingerprints(), role: .client)
    #expect(client.events.suffix(2) == [.failed(.fingerprintMismatch), .dtlsState(.failed)])
    #expect(!client.transport.hasKeys)
  }

  @NetworkThreadActor @Test func `close closes the peer's end, and no event follows it`() throws {
    let pair = try DTLSTransportPair()
    let (client, server) = (pair.client, pair.server)
    defer { pair.close() }
    pair.describe()
    pair.exchange()
    let before = client.events.count
    client.transport.close()
    pair.exchange()
    #expect(server.events.suffix(2) == [.closedByPeer, .dtlsState(.closed)])
    #expect(
      client.events.count == before && client.transport.state == .closed
        && !client.transport.hasKeys)
  }
}
