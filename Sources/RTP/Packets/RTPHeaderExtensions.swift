/// The supported header extensions of a packet.
package struct RTPHeaderExtensions: Sendable, Hashable {
  /// The range of the MID within the packet.
  package var mid: Range<Int>?
  /// The range of the RID within the packet.
  package var rid: Range<Int>?
  /// 6.18 fixed point seconds, 24 bits.
  package var absSendTime: UInt32?
  package var transportSequenceNumber: UInt16?
  package var absCaptureTime: NTPTime?
  package var playoutDelay: PlayoutDelay?
  package var videoContentType: VideoContentType?
  package var colorSpace: VideoColorSpace?
  /// −dBov, 0 to 127, and whether it is speech. Source: RFC 6464 §3.
  package var audioLevel: (level: UInt8, isVoice: Bool)? {
    get { storedLevel.map { ($0 & 0x7F, $0 & 0x80 != 0) } }
    set { storedLevel = newValue.map { ($0.level & 0x7F) | ($0.isVoice ? 0x80 : 0) } }
  }
  private var storedLevel: UInt8?

  package init() {}

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

/// The delay a receiver may add before it displays video: 0 to a small maximum switches browsers to immediate
/// rendering. Source: `playout-delay` of webrtc.org.
package struct PlayoutDelay: Sendable, Hashable {
  /// In units of 10 ms, 12 bits each.
  package var minimum: UInt16
  package var maximum: UInt16

  init(minimum: UInt16, maximum: UInt16) {
    self.minimum = minimum & 0xFFF
    self.maximum = maximum & 0xFFF
  }

  /// Milliseconds, 0 to 40950, rounded down to tens.
  package init(minimumMilliseconds: Int, maximumMilliseconds: Int) {
    minimum = UInt16(clamping: min(max(minimumMilliseconds / 10, 0), 0xFFF))
    maximum = UInt16(clamping: min(max(maximumMilliseconds / 10, 0), 0xFFF))
  }
}

/// The kind of video content; receivers use it for statistics and smoothing. Source: `video-content-type` of
/// webrtc.org.
package enum VideoContentType: UInt8, Sendable, Hashable {
  case unspecified = 0
  case screenshare = 1
}

/// The colour space of video, in the code points of ITU-T H.273. Source: `color-space` of webrtc.org, without the HDR
/// metadata.
package struct VideoColorSpace: RawRepresentable, Sendable, Hashable {
  /// The four bytes of the extension.
  package var rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// - Parameters:
  ///   - primaries: 1 is BT.709, which sRGB shares.
  ///   - transfer: 13 is sRGB.
  ///   - matrix: 6 is BT.601.
  ///   - isFullRange: whether luma is 0 to 255 rather than 16 to 235.
  package init(primaries: UInt8, transfer: UInt8, matrix: UInt8, isFullRange: Bool) {
    let range: UInt32 = isFullRange ? 2 : 1
    rawValue = UInt32(primaries) << 24 | UInt32(transfer) << 16 | UInt32(matrix) << 8 | range << 4
  }

  /// An sRGB screen in VP8, which is always BT.601 and here limited range. Without this extension, browsers assume
  /// other primaries, and colours are off by up to 7 of 255.
  package static let screen = VideoColorSpace(primaries: 1, transfer: 13, matrix: 6, isFullRange: false)
}
