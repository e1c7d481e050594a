/// Writes a capture file for network analysis tools: UDP packets with made-up addresses, independent of the real
/// transport. Produces bytes, no file.
///
/// Source: draft-ietf-opsawg-pcap (with nanoseconds, and raw IP as the link type).
package struct PacketCapture: Sendable {
  /// One endpoint: an IPv4 address and a port.
  package struct Endpoint: Sendable, Hashable {
    package var address: (UInt8, UInt8, UInt8, UInt8) {
      (UInt8(bits >> 24), UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255))
    }
    package var port: UInt16
    let bits: UInt32

    package init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, port: UInt16) {
      bits = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
      self.port = port
    }

    var text: String { "\(address.0).\(address.1).\(address.2).\(address.3)" }
  }

  /// Longer payloads are truncated.
  package static let payloadLimit = 65_000

  /// The header of a capture file.
  package static let header: [UInt8] = {
    var bytes: [UInt8] = []
    append(0xA1B2_3C4D, to: &bytes)
    append(2 | 4 << 16, to: &bytes)
    append(0, to: &bytes)
    append(0, to: &bytes)
    append(65535, to: &bytes)
    append(101, to: &bytes)
    return bytes
  }()

  /// Appends a packet.
  /// - Parameters:
  ///   - payload: the datagram's payload.
  ///   - source: the sending endpoint.
  ///   - destination: the receiving endpoint.
  ///   - unixNanoseconds: when it was sent or received.
  ///   - bytes: the file so far, to which the packet is appended.
  package static func append(
    _ payload: Span<UInt8>, from source: Endpoint, to destination: Endpoint, unixNanoseconds: Int64,
    into bytes: inout [UInt8]
  ) {
    let count = min(payload.count, payloadLimit)
    let (seconds, nanoseconds) = unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    append(UInt32(truncatingIfNeeded: seconds), to: &bytes)
    append(UInt32(truncatingIfNeeded: nanoseconds), to: &bytes)
    append(UInt32(count + 28), to: &bytes)
    append(UInt32(count + 28), to: &bytes)
    let header = bytes.count
    bytes += [0x45, 0] + big(UInt16(count + 28)) + [0, 0, 0x40, 0, 64, 17, 0, 0] + big(source.bits)
    bytes += big(destination.bits)
    var sum: UInt32 = 0
    for at in stride(from: header, to: header + 20, by: 2) { sum += UInt32(bytes[at]) << 8 | UInt32(bytes[at + 1]) }
    while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
    let checksum = big(~UInt16(sum))
    bytes[header + 10] = checksum[0]
    bytes[header + 11] = checksum[1]
    // A UDP checksum of 0 means none.
    bytes += big(source.port) + big(destination.port) + big(UInt16(count + 8)) + [0, 0]
    for index in 0..<count { bytes.append(payload[index]) }
  }

  /// A session announcement (SAP) with the payload types of packets to `destination`: analysis tools then decode these
  /// packets without further settings. Source: RFC 2974 §3.
  /// - Parameters:
  ///   - kind: the kind of media.
  ///   - formats: payload types, each with a codec and clock rate as in `rtpmap`.
  ///   - source: the packets' source.
  ///   - destination: the packets' destination.
  /// - Returns: the payload of a packet from `source` to `announcements`.
  package static func announcement(
    of kind: RTPMediaKind, formats: [(PayloadType, String)], from source: Endpoint, to destination: Endpoint
  ) -> [UInt8] {
    var sdp = "v=0\r\no=- 1 1 IN IP4 \(source.text)\r\ns=-\r\nc=IN IP4 \(destination.text)\r\nt=0 0\r\n"
    sdp += "m=\(kind.rawValue) \(destination.port) RTP/AVP" + formats.map { " \($0.0)" }.joined() + "\r\n"
    for (type, codec) in formats { sdp += "a=rtpmap:\(type) \(codec)\r\n" }
    return [0x20, 0, 0, 1] + big(source.bits) + Array("application/sdp".utf8) + [0] + Array(sdp.utf8)
  }

  /// The multicast address of announcements.
  package static let announcements = Endpoint(224, 2, 127, 254, port: 9875)

  private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  private static func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }
  private static func big(_ value: UInt32) -> [UInt8] { big(UInt16(value >> 16)) + big(UInt16(value & 0xFFFF)) }
}
