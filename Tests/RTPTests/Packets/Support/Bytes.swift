@testable import RTP

/// The bytes of a hexadecimal listing; white space is ignored.
func bytes(_ hexadecimal: String) -> [UInt8] {
  let digits = hexadecimal.filter { !$0.isWhitespace }.map { UInt8($0.hexDigitValue ?? 0) }
  return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

extension RTCPPacket {
  /// The packets of a compound. Skips malformed packets; stops at the first error of the compound's layout.
  static func all(in compound: [UInt8]) -> (packets: [RTCPPacket], errors: [RTPError]) {
    var reader = RTCPReader()
    var packets: [RTCPPacket] = []
    var errors: [RTPError] = []
    while true {
      do throws(RTPError) {
        guard let packet = try reader.next(in: compound.span) else { return (packets, errors) }
        packets.append(packet)
      } catch {
        errors.append(error)
      }
    }
  }
}
