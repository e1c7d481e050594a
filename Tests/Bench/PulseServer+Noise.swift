import Foundation
import Harness

extension PulseServer {
  /// Plays noise, which Opus cannot compress well, through the default output.
  /// - Returns: the player, which is killed with its last reference.
  func playNoise(seconds: Double) throws -> Program {
    var state: UInt32 = 1
    return try play(
      (0..<Int(seconds * 48_000)).flatMap { _ -> [Float] in
        state = state &* 1_664_525 &+ 1_013_904_223
        let sample = Float(Int32(bitPattern: state)) / Float(Int32.max) * 0.1
        return [sample, sample]
      })
  }
}
