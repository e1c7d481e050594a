import Media

/// Lowers the gain while sound exceeds −1…1, as two mixed sources may, and restores it within half a second after.
struct SoundLimiter {
  private var gain: Float = 1
  /// The gain's growth per sample until it is 1 again.
  private static let recovery = 1 / (0.5 * Float(AudioFrame.sampleRate))
  /// Samples that the gain's fall takes.
  private static let attack = AudioFrame.sampleRate / 1000

  mutating func limit(_ samples: UnsafeMutableBufferPointer<Float>, channelCount: Int) {
    guard let base = samples.baseAddress else { return }
    var peak: Float = 0
    var index = 0
    while index < samples.count {
      let loudness = abs(base[index])
      // The server may send NaN or infinity.
      if loudness.isFinite { if loudness > peak { peak = loudness } } else { base[index] = 0 }
      index += 1
    }
    let ceiling = peak > 1 ? 1 / peak : 1
    if ceiling >= 1, gain >= 1 { return }
    let fall = max(0, gain - ceiling) / Float(Self.attack)
    for frame in 0..<(samples.count / channelCount) {
      if gain > ceiling {
        gain = max(ceiling, gain - fall)
      } else {
        gain = min(ceiling, gain + Self.recovery)
      }
      for index in (frame * channelCount)..<((frame + 1) * channelCount) {
        samples[index] = min(max(samples[index] * gain, -1), 1)
      }
    }
  }
}
