/// Reads the first bytes of Opus packets. Source: RFC 6716 §3.
public enum OpusPacket {
  /// The packet's duration in samples at 48 kHz, 120 to 5760.
  /// - Returns: nil when the packet does not start like a valid Opus packet.
  public static func duration(_ packet: Span<UInt8>) -> Int? {
    guard packet.count > 0 else { return nil }
    let configuration = Int(packet[0] >> 3)
    let samples: Int
    switch configuration {
    // SILK: 10, 20, 40, 60 ms. Hybrid: 10, 20 ms. CELT: 2.5, 5, 10, 20 ms.
    case 0..<12: samples = [480, 960, 1920, 2880][configuration & 3]
    case 12..<16: samples = configuration & 1 == 0 ? 480 : 960
    default: samples = 120 << (configuration & 3)
    }
    let frames: Int
    switch packet[0] & 3 {
    case 0: frames = 1
    case 1, 2: frames = 2
    default:
      guard packet.count > 1 else { return nil }
      frames = Int(packet[1] & 0x3F)
    }
    let duration = samples * frames
    return duration > 0 && duration <= 5760 ? duration : nil
  }
}
