import Media
import Testing

@testable import RTP

/// The packets of one writer, without a session. `WrittenPacketTests` has those of a session.
@Suite struct RTPPacketWriterTests {
  private let context = DrainContext(
    now: .seconds(1), clock: NTPClock(at: .zero, unixNanoseconds: 0), roundTrip: nil, nextTransportSequence: 0)
  private let frame = VP8Packetizer().packetize([1, 2, 3], captureTime: .seconds(1), isKeyFrame: false)!

  private var parameters: RTPSendParameters {
    var parameters = RTPSendParameters(kind: .video, ssrc: 1, payloadType: 96, clockRate: 90_000, mid: "v")
    parameters.rtxSSRC = 2
    parameters.rtxPayloadType = 97
    parameters.extensions.mid = 3
    return parameters
  }

  /// The bytes that `write` writes.
  private func packet(_ write: (UnsafeMutableRawBufferPointer) -> Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xEE, count: RTPPacketBatch.packetLimit)
    let size = bytes.withUnsafeMutableBytes { write($0) }
    return Array(bytes.prefix(size))
  }

  private func header(_ writer: inout RTPPacketWriter, rtxSequence: UInt16? = nil) throws -> RTPHeader {
    let bytes = packet {
      writer.write(
        OutgoingPacket(index: 0, sequence: 70_000, rtxSequence: rtxSequence), of: frame,
        named: FrameName(timestamp: 5, pictureID: 6), in: context, into: $0
      ).size
    }
    return try RTPHeader(bytes.span, ids: parameters.extensions)
  }

  @Test func `the MID is written until a report arrives, and again when it changes`() throws {
    var writer = RTPPacketWriter(parameters)
    #expect(try header(&writer).extensions.mid != nil)
    writer.reported(upTo: 70_000)
    #expect(try header(&writer).extensions.mid == nil)
    // Retransmissions have a stream of their own, with its own reports.
    #expect(try header(&writer, rtxSequence: 9).extensions.mid != nil)
    writer.reportedRTX()
    #expect(try header(&writer, rtxSequence: 9).extensions.mid == nil)
    var changed = parameters
    changed.mid = "w"
    writer.update(changed)
    #expect(try header(&writer).extensions.mid != nil)
    #expect(try header(&writer, rtxSequence: 9).extensions.mid != nil)
  }

  @Test func `a retransmission has the numbers of its own stream`() throws {
    var writer = RTPPacketWriter(parameters)
    let first = try header(&writer)
    #expect(first.sequenceNumber.rawValue == 4464)  // 70,000 modulo 2¹⁶
    #expect(first.ssrc == 1 && first.payloadType == 96)
    let again = try header(&writer, rtxSequence: 9)
    #expect(again.sequenceNumber == 9)
    #expect(again.ssrc == 2 && again.payloadType == 97)
    #expect(again.payload.count == first.payload.count + 2)
    #expect(again.timestamp == first.timestamp)
  }

  @Test func `a packet of padding has no payload, and its last byte states the size`() throws {
    var writer = RTPPacketWriter(parameters)
    writer.reportedRTX()
    let bytes = packet { writer.writePadding(255, sequence: 9, timestamp: 5, in: context, into: $0) }
    #expect(bytes.count == 12 + 255)
    #expect(bytes.last == 255)
    let isZero = bytes[12..<266].allSatisfy { $0 == 0 }
    #expect(isZero)
    let header = try RTPHeader(bytes.span, ids: parameters.extensions)
    #expect(header.payload.isEmpty)
    #expect(header.ssrc == 2 && header.payloadType == 97 && header.sequenceNumber == 9 && header.timestamp == 5)
  }
}
