/// Mixes all channels of a source to the one or two that are recorded.
struct ChannelMix {
  let inputs: Int
  let outputs: Int
  /// Whether input and output channels are the same, in the same order.
  let isPlain: Bool
  /// For each output in turn, the gain of each input.
  private let gains: [Float]

  /// - Parameter outputs: 1 or 2.
  init(_ channels: [SoundChannel], outputs: Int) {
    inputs = channels.count
    self.outputs = outputs
    // A single channel goes to both sides at full gain, whatever its position.
    let sides = channels.count == 1 ? [(left: Float(1), right: Float(1))] : channels.map(\.gains)
    gains = outputs == 2 ? sides.map(\.left) + sides.map(\.right) : sides.map { ($0.left + $0.right) / 2 }
    isPlain = inputs == outputs && (inputs == 1 || channels == [.frontLeft, .frontRight])
  }

  /// Mixes `frames` samples of each channel; input and output are interleaved.
  func mix(_ samples: UnsafePointer<Float>, frames: Int, into mixed: UnsafeMutablePointer<Float>) {
    for frame in 0..<frames {
      for output in 0..<outputs {
        var sum: Float = 0
        for input in 0..<inputs { sum += gains[output * inputs + input] * samples[frame * inputs + input] }
        mixed[frame * outputs + output] = sum
      }
    }
  }
}
