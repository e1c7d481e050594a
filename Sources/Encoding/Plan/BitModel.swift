#if canImport(Glibc)
  internal import Glibc
#endif

/// How many bits a kind of frame takes: proportional to its macroblocks, inversely to a power of the quantizer's step, with a
/// factor learnt from the frames before.
struct BitModel {
  private var factor: Double
  private let exponent: Double
  private let isCautious: Bool

  /// - Parameters:
  ///   - factor: a first guess, bits per macroblock × step.
  ///   - exponent: of the step. 1 is right where most is detail; what stands out by its edges, as text, takes more than that
  ///     even with a coarse quantizer.
  ///   - isCautious: whether what took more than expected counts wholly, rather than by a quarter.
  init(factor: Double, exponent: Double = 1, isCautious: Bool = false) {
    self.factor = factor
    self.exponent = exponent
    self.isCautious = isCautious
  }

  /// Bits to expect.
  func bits(macroblocks: Int, quantizer: VP8Quantizer) -> Int {
    Int(factor * Double(macroblocks) / divisor(quantizer))
  }

  /// The finest quantizer from `finest` on whose frame should fit into `bits`; 63 when none does.
  func quantizer(macroblocks: Int, bits: Int, finest: VP8Quantizer) -> VP8Quantizer {
    var value = finest.value
    while value < 63, self.bits(macroblocks: macroblocks, quantizer: VP8Quantizer(value)) > bits { value += 1 }
    return VP8Quantizer(value)
  }

  /// Learns from a frame that was coded.
  mutating func learn(bits: Int, macroblocks: Int, quantizer: VP8Quantizer) {
    guard macroblocks > 0 else { return }
    let seen = Double(bits) / Double(macroblocks) * divisor(quantizer)
    factor += (seen - factor) * (isCautious && seen > factor ? 1 : 0.25)
    factor = max(factor, 1)
  }

  private func divisor(_ quantizer: VP8Quantizer) -> Double {
    exponent == 1 ? quantizer.step : pow(quantizer.step, exponent)
  }
}
