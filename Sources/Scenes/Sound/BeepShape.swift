import Glibc
import Media

/// The waveform of a beep.
///
/// Its onset is the middle of its first ramp, where it reaches half its amplitude: what `BeepDetector` looks for.
public struct BeepShape: Sendable, Hashable {
  /// Hertz.
  public var frequency: Double
  /// The amplitude of the sine, in 0…1.
  public var amplitude = 0.5
  /// Samples at 48 kHz, including both ramps.
  public var length = 4800
  /// Samples of the ramp at each end: short enough for an exact onset, long enough not to click.
  public var ramp = 96

  public init(frequency: Double = 1000) { self.frequency = frequency }

  /// The sample at `index` samples after the onset; the beep starts half a ramp before it.
  func sample(_ index: Int64) -> Float {
    let position = Double(index) + Double(ramp) / 2
    guard position >= 0, position < Double(length) else { return 0 }
    let edge = min(position, Double(length) - position)
    let gain = edge >= Double(ramp) ? 1 : (1 - cos(.pi * edge / Double(ramp))) / 2
    return Float(amplitude * gain * sin(2 * .pi * frequency * Double(index) / Double(AudioFrame.sampleRate)))
  }
}
