import RTP

/// An RTP packet for tests.
func rtpPacket(ssrc: UInt32 = 0x1234_5678, sequenceNumber: UInt16, payload: Int = 100) -> [UInt8] {
  var packet: [UInt8] = [0x80, 96, UInt8(sequenceNumber >> 8), UInt8(sequenceNumber & 255), 0, 0, 0, 0]
  for shift in [24, 16, 8, 0] { packet.append(UInt8(truncatingIfNeeded: ssrc >> UInt32(shift))) }
  for index in 0..<payload { packet.append(UInt8(truncatingIfNeeded: index)) }
  return packet
}

/// An empty receiver report for tests.
func receiverReport(ssrc: UInt32 = 0x1234_5678) -> [UInt8] {
  [0x80, 201, 0, 1] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: ssrc >> UInt32($0)) }
}

extension RTPPacketBatch {
  /// Appends a packet, as a session would.
  func add(_ packet: [UInt8], isRTCP: Bool) {
    packet.withUnsafeBytes { next.copyMemory(from: $0) }
    append(length: packet.count, isRTCP: isRTCP)
  }
}
