/// Where a channel of a source belongs. The numbers are PulseAudio's, `pa_channel_position_t`.
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
  /// The first of 32 channels that have no place.
  static let aux0 = SoundChannel(rawValue: 12)

  /// How loud it is on the left and on the right of two channels: 3 dB lower where it is not one of them, on its side, or on both
  /// where it has none. Source: ITU-R BS.775, annex 4, and in its spirit what that does not know.
  var gains: (left: Float, right: Float) {
    switch rawValue {
    case 1: (1, 0)
    case 2: (0, 1)
    // Of the rear, of the centre, of the sides, of the ceiling.
    case 5, 8, 10, 45, 48: (Self.lower, 0)
    case 6, 9, 11, 46, 49: (0, Self.lower)
    default: (Self.lower, Self.lower)
    }
  }

  private static let lower = Float(0.5).squareRoot()
}
