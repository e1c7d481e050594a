/// The colour space of video, in the code points of ITU-T H.273. Source: `color-space` of webrtc.org, without the HDR
/// metadata.
public struct VideoColorSpace: RawRepresentable, Sendable, Hashable {
  /// The four bytes of the extension.
  public var rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// - Parameters:
  ///   - primaries: 1 is BT.709, which sRGB shares.
  ///   - transfer: 13 is sRGB.
  ///   - matrix: 6 is BT.601.
  ///   - isFullRange: whether luma is 0 to 255 rather than 16 to 235.
  public init(primaries: UInt8, transfer: UInt8, matrix: UInt8, isFullRange: Bool) {
    let range: UInt32 = isFullRange ? 2 : 1
    rawValue = UInt32(primaries) << 24 | UInt32(transfer) << 16 | UInt32(matrix) << 8 | range << 4
  }

  /// An sRGB screen in VP8, which is always BT.601 and here limited range. Without this extension, browsers assume
  /// other primaries, and colours are off by up to 7 of 255.
  public static let screen = VideoColorSpace(primaries: 1, transfer: 13, matrix: 6, isFullRange: false)
}
