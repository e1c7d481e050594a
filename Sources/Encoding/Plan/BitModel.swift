#if canImport(Glibc)
  internal import Glibc
#endif

/// Predicts the bits of one kind of frame: proportional to its macroblocks, inversely proportional to a power of the
/// quantizer's step, with a factor that follows the coded frames.
struct BitModel {
  private var factor: Double
  private let exponent: Double
  private let isCautious: Bool

  /// - Parameters:
  ///   - factor: the initial estimate, bits per macroblock × step.
  ///   - exponent: of the step. 1 fits pictures that are mostly detail; sharp edges, as of text, take more bits than
  ///     that even with a coarse quantizer.
  ///   - isCautious: whether a frame larger than predicted replaces the factor entirely, rather than by a quarter.
  init(factor: Double, exponent: Double = 1, isCautious: Bool = false) {
    self.factor = factor
    self.exponent = exponent
    self.isCautious = isCautious
  }

  /// The predicted bits.
  func bits(macroblocks: Int, quantizer: VP8Quantizer) -> Int {
    Int(factor * Double(macroblocks) / divisor(quantizer))
  }

  /// The finest quantizer, from `finest` on, whose frame is predicted to fit into `bits`; 63 when none is.
  func quantizer(macroblocks: Int, bits: Int, finest: VP8Quantizer) -> VP8Quantizer {
    var value = finest.value
    while value < 63, self.bits(macroblocks: macroblocks, quantizer: VP8Quantizer(value)) > bits { value += 1 }
    return VP8Quantizer(value)
  }

  /// Adapts the factor to a coded frame.
  mutating func update(bits: Int, macroblocks: Int, quantizer: VP8Quantizer) {
    guard macroblocks > 0 else { return }
    let seen = Double(bits) / Double(macroblocks) * divisor(quantizer)
    factor += (seen - factor) * (isCautious && seen > factor ? 1 : 0.25)
    factor = max(factor, 1)
  }

  private func divisor(_ quantizer: VP8Quantizer) -> Double {
    exponent == 1 ? quantizer.step : pow(quantizer.step, exponent)
  }
}
