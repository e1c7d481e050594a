@testable import RTP

extension RTPPacketBatch {
  /// Appends a packet, as a session would.
  func add(_ packet: [UInt8], isRTCP: Bool) {
    packet.withUnsafeBytes { next.copyMemory(from: $0) }
    append(length: packet.count, isRTCP: isRTCP)
  }
}
