import Media

/// Frames that a depacketizer accepts as VP8 or Opus, with their number inside.
enum TestFrames {
  /// - Parameter size: at least 16 bytes.
  static func vp8(_ number: Int, isKeyFrame: Bool, size: Int, width: Int = 1280, height: Int = 720) -> [UInt8] {
    // Filled fast: tests of minutes send megabytes in debug builds.
    var frame = [UInt8](repeating: UInt8(truncatingIfNeeded: number &* 37 &+ 11), count: max(size, 16))
    for i in stride(from: 0, to: frame.count, by: 97) { frame[i] = UInt8(truncatingIfNeeded: i &* 31 &+ number) }
    if isKeyFrame {
      frame.replaceSubrange(
        0..<10,
        with: [
          0x10, 0, 0, 0x9D, 0x01, 0x2A, UInt8(width & 0xFF), UInt8(width >> 8), UInt8(height & 0xFF),
          UInt8(height >> 8),
        ])
    } else {
      frame[0] = 0x11
    }
    for i in 0..<4 { frame[10 + i] = UInt8(truncatingIfNeeded: number >> (8 * i)) }
    return frame
  }

  static func number(_ frame: [UInt8]) -> Int { (0..<4).reduce(0) { $0 | Int(frame[10 + $1]) << (8 * $1) } }

  /// A packet of Opus: 20 ms, one frame.
  static func opus(_ number: Int, size: Int = 80) -> [UInt8] {
    var packet = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size)
    packet[0] = 0x78  // configuration 15: hybrid, 20 ms; mono; one frame
    for i in 0..<4 { packet[1 + i] = UInt8(truncatingIfNeeded: number >> (8 * i)) }
    return packet
  }
}
