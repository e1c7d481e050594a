@testable import RTP

extension RTPPacketBatch {
  /// Puts a packet in, as a session would.
  func add(_ packet: [UInt8], isRTCP: Bool) {
    packet.withUnsafeBytes { next.copyMemory(from: $0) }
    append(length: packet.count, isRTCP: isRTCP)
  }
}
