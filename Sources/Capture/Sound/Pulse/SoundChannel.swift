/// The position of a source's channel. The numbers are PulseAudio's, `pa_channel_position_t`.
struct SoundChannel: RawRepresentable, Hashable {
  var rawValue: Int32

  static let mono = SoundChannel(rawValue: 0)
  static let frontLeft = SoundChannel(rawValue: 1)
  static let frontRight = SoundChannel(rawValue: 2)
  static let frontCentre = SoundChannel(rawValue: 3)
  static let rearCentre = SoundChannel(rawValue: 4)
  static let rearLeft = SoundChannel(rawValue: 5)
  static let rearRight = SoundChannel(rawValue: 6)
  static let lowFrequency = SoundChannel(rawValue: 7)
  static let sideLeft = SoundChannel(rawValue: 10)
  static let sideRight = SoundChannel(rawValue: 11)
  /// The first of 32 channels without a position.
  static let aux0 = SoundChannel(rawValue: 12)

  /// The gains in a mix of two channels: 1 for front left and right, else −3 dB on the channel's side, or on both where it has
  /// none. Source: ITU-R BS.775, annex 4, extended to positions that it does not have.
  var gains: (left: Float, right: Float) {
    switch rawValue {
    case 1: (1, 0)
    case 2: (0, 1)
    // Left and right: rear, front of centre, side, top front, top rear.
    case 5, 8, 10, 45, 48: (Self.minus3dB, 0)
    case 6, 9, 11, 46, 49: (0, Self.minus3dB)
    default: (Self.minus3dB, Self.minus3dB)
    }
  }

  private static let minus3dB = Float(0.5).squareRoot()
}
