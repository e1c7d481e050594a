/// The supported header extensions of a packet.
public struct RTPHeaderExtensions: Sendable, Hashable {
  /// The range of the MID within the packet.
  public var mid: Range<Int>?
  /// The range of the RID within the packet.
  public var rid: Range<Int>?
  /// 6.18 fixed point seconds, 24 bits.
  public var absSendTime: UInt32?
  public var transportSequenceNumber: UInt16?
  public var absCaptureTime: NTPTime?
  public var playoutDelay: PlayoutDelay?
  public var videoContentType: VideoContentType?
  public var colorSpace: VideoColorSpace?
  /// −dBov, 0 to 127, and whether it is speech. Source: RFC 6464 §3.
  public var audioLevel: (level: UInt8, isVoice: Bool)? {
    get { storedLevel.map { ($0 & 0x7F, $0 & 0x80 != 0) } }
    set { storedLevel = newValue.map { ($0.level & 0x7F) | ($0.isVoice ? 0x80 : 0) } }
  }
  private var storedLevel: UInt8?

  public init() {}

  /// Parses the extension block of a packet. Malformed or unknown extensions are skipped, as RFC 8285 §4.1 asks.
  /// - Parameters:
  ///   - range: the extensions' range within the packet.
  ///   - profile: the block's first 16 bits.
  mutating func read(_ packet: Span<UInt8>, in range: Range<Int>, profile: UInt16, ids: RTPHeaderExtensionIDs) {
    let isShort = profile == 0xBEDE
    guard isShort || profile & 0xFFF0 == 0x1000 else { return }
    var position = range.lowerBound
    while position < range.upperBound {
      let first = packet[position]
      position += 1
      let id: UInt8
      let length: Int
      if first == 0 { continue }
      if isShort {
        id = first >> 4
        length = Int(first & 0x0F) + 1
        if id == 15 { return }
        // An identifier of 0 is padding only when its length is 0 too. Source: RFC 8285 §4.2.
      } else {
        guard position < range.upperBound else { return }
        id = first
        length = Int(packet[position])
        position += 1
      }
      guard length <= range.upperBound - position else { return }
      if id != 0 { read(packet, in: position..<position + length, id: id, ids: ids) }
      position += length
    }
  }

  private mutating func read(_ packet: Span<UInt8>, in range: Range<Int>, id: UInt8, ids: RTPHeaderExtensionIDs) {
    // The lengths were checked, so these reads do not throw.
    let value = range.count <= 8 ? (try? packet.integer(at: range.lowerBound, size: range.count)) ?? 0 : 0
    switch (id, range.count) {
    case (ids.mid, 1...): mid = range
    case (ids.rid, 1...): rid = range
    case (ids.absSendTime, 3): absSendTime = UInt32(truncatingIfNeeded: value)
    case (ids.transportSequenceNumber, 2): transportSequenceNumber = UInt16(truncatingIfNeeded: value)
    case (ids.absCaptureTime, 8): absCaptureTime = NTPTime(rawValue: value)
    case (ids.absCaptureTime, 16):
      // The second half is the offset of the capture clock, meant for mixers and other intermediate systems.
      absCaptureTime = (try? packet.integer(at: range.lowerBound, size: 8)).map(NTPTime.init(rawValue:))
    case (ids.playoutDelay, 3):
      playoutDelay = PlayoutDelay(
        minimum: UInt16(truncatingIfNeeded: value >> 12), maximum: UInt16(truncatingIfNeeded: value & 0xFFF))
    case (ids.videoContentType, 1): videoContentType = VideoContentType(rawValue: UInt8(truncatingIfNeeded: value))
    case (ids.colorSpace, 4): colorSpace = VideoColorSpace(rawValue: UInt32(truncatingIfNeeded: value))
    case (ids.audioLevel, 1): storedLevel = UInt8(truncatingIfNeeded: value)
    default: break
    }
  }
}
