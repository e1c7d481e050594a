import Glibc
import Media

/// What one beep sounds like.
///
/// Its moment is the middle of the ramp it begins with, where its loudness reaches a half: what `BeepDetector` looks for.
public struct BeepShape: Sendable, Hashable {
  /// Hertz.
  public var frequency: Double
  /// Of a sine, in 0…1.
  public var amplitude = 0.5
  /// Samples at 48 kHz from the first to the last that is not silence.
  public var length = 4800
  /// Samples of the ramps at both ends: short enough for an exact moment, long enough not to click.
  public var ramp = 96

  public init(frequency: Double = 1000) { self.frequency = frequency }

  /// The sample so many samples after the beep's moment; it begins half a ramp before.
  func sample(_ index: Int64) -> Float {
    let position = Double(index) + Double(ramp) / 2
    guard position >= 0, position < Double(length) else { return 0 }
    let edge = min(position, Double(length) - position)
    let gain = edge >= Double(ramp) ? 1 : (1 - cos(.pi * edge / Double(ramp))) / 2
    return Float(amplitude * gain * sin(2 * .pi * frequency * Double(index) / Double(AudioFrame.sampleRate)))
  }
}
