/// How many bits a kind of frame takes: proportional to its macroblocks, inversely to the quantizer's step, with a
/// factor learnt from the frames before.
struct BitModel {
  private var factor: Double

  /// - Parameter factor: a first guess, bits per macroblock × step.
  init(factor: Double) { self.factor = factor }

  /// Bits to expect.
  func bits(macroblocks: Int, quantizer: VP8Quantizer) -> Int {
    Int(factor * Double(macroblocks) / quantizer.step)
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
    let seen = Double(bits) / Double(macroblocks) * quantizer.step
    factor += (seen - factor) * 0.25
    factor = max(factor, 1)
  }
}
