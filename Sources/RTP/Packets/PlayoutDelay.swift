/// The delay a receiver may add before it displays video: 0 to a small maximum switches browsers to immediate
/// rendering. Source: `playout-delay` of webrtc.org.
public struct PlayoutDelay: Sendable, Hashable {
  /// In units of 10 ms, 12 bits each.
  public var minimum: UInt16
  public var maximum: UInt16

  init(minimum: UInt16, maximum: UInt16) {
    self.minimum = minimum & 0xFFF
    self.maximum = maximum & 0xFFF
  }

  /// Milliseconds, 0 to 40950, rounded down to tens.
  public init(minimumMilliseconds: Int, maximumMilliseconds: Int) {
    minimum = UInt16(clamping: min(max(minimumMilliseconds / 10, 0), 0xFFF))
    maximum = UInt16(clamping: min(max(maximumMilliseconds / 10, 0), 0xFFF))
  }
}
