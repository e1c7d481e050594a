import SDP
import RTP
import Testing

@testable import WebRTC

struct SRTPTests {
  /// The keys of both ends of a handshake.
  private func keys(_ profile: SRTPProfile) -> (client: SRTPKeys, server: SRTPKeys) {
    let material = (0..<SRTPKeys.length(for: profile)).map { UInt8($0) }
    return (
      SRTPKeys(profile: profile, material: material, role: .client),
      SRTPKeys(profile: profile, material: material, role: .server)
    )
  }

  private func protected(_ packet: [UInt8], by session: borrowing SRTPSession) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: packet.count + SRTPSession.trailerRoom, alignment: 8)
    defer { buffer.deallocate() }
    buffer.copyBytes(from: packet)
    guard let length = session.protectRTP(buffer, length: packet.count) else { return [] }
    return Array(buffer[..<length])
  }

  private func unprotected(_ packet: [UInt8], by session: inout SRTPSession) -> Result<[UInt8], SRTPRefusal> {
    var packet = packet
    let result = packet.withUnsafeMutableBytes { session.unprotectRTP($0) }
    return result.map { Array(packet[..<$0]) }
  }

  @Test func `keying material is split as in RFC 5764`() {
    let (client, server) = keys(.aes128CMSHA1With80Bits)
    #expect(client.sending == Array(0..<16) + Array(32..<46))
    #expect(client.receiving == Array(16..<32) + Array(46..<60))
    #expect(server.sending == client.receiving && server.receiving == client.sending)
    #expect(keys(.aeadAES128GCM).client.sending == Array(0..<16) + Array(32..<44))
  }

  @Test(arguments: [SRTPProfile.aeadAES128GCM, .aes128CMSHA1With80Bits])
  func `a packet is accepted once, even 1099 packets late, and never when altered`(profile: SRTPProfile) throws {
    let (client, server) = keys(profile)
    let sender = try SRTPSession(keys: client)
    var receiver = try SRTPSession(keys: server)
    let packets = (0..<1500).map { rtpPacket(sequenceNumber: UInt16($0)) }
    let sent = packets.map { protected($0, by: sender) }
    #expect(sent[0].count == packets[0].count + (profile == .aeadAES128GCM ? 16 : 10))
    #expect(unprotected(sent[1499], by: &receiver) == .success(packets[1499]))
    // 1099 packets late.
    #expect(unprotected(sent[400], by: &receiver) == .success(packets[400]))
    #expect(unprotected(sent[400], by: &receiver) == .failure(.replayed))
    #expect(unprotected(sent[1499], by: &receiver) == .failure(.replayed))
    for position in [1, 13, sent[500].count - 1] {
      var altered = sent[500]
      altered[position] ^= 1
      #expect(unprotected(altered, by: &receiver) == .failure(.notAuthentic))
    }
    #expect(unprotected(sent[500], by: &receiver) == .success(packets[500]))
    #expect(unprotected([0x80, 96, 0], by: &receiver) == .failure(.malformed))
  }

  @Test func `a peer can open streamLimit streams; forged packets open none`() throws {
    let (client, server) = keys(.aeadAES128GCM)
    let sender = try SRTPSession(keys: client)
    var receiver = try SRTPSession(keys: server)
    for ssrc in 1000..<UInt32(1500) {
      let forged = rtpPacket(ssrc: ssrc, sequenceNumber: 1) + [UInt8](repeating: 7, count: 16)
      #expect(unprotected(forged, by: &receiver) == .failure(.notAuthentic))
    }
    for ssrc in 0..<UInt32(SRTPSession.streamLimit) {
      let packet = rtpPacket(ssrc: ssrc, sequenceNumber: 1)
      #expect(unprotected(protected(packet, by: sender), by: &receiver) == .success(packet))
    }
    let late = protected(rtpPacket(ssrc: 5000, sequenceNumber: 1), by: sender)
    #expect(unprotected(late, by: &receiver) == .failure(.tooManyStreams))
    let known = rtpPacket(ssrc: 3, sequenceNumber: 2)
    #expect(unprotected(protected(known, by: sender), by: &receiver) == .success(known))
  }
}
