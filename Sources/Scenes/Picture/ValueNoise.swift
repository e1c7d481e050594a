/// Smooth two-dimensional noise, the same for the same seed.
struct ValueNoise {
  private static let side = 256
  private let lattice: [Float]

  init(random: inout SplitMix64) {
    lattice = (0..<(Self.side * Self.side)).map { _ in Float(random.next() >> 40) / Float(1 << 24) }
  }

  /// One octave, 0…1; a unit of `x` and `y` is one lattice cell.
  func sample(_ x: Float, _ y: Float) -> Float {
    let left = x.rounded(.down)
    let top = y.rounded(.down)
    let dx = smooth(x - left)
    let dy = smooth(y - top)
    let column = Int(left) & (Self.side - 1)
    let row = (Int(top) & (Self.side - 1)) * Self.side
    let nextColumn = (column + 1) & (Self.side - 1)
    let nextRow = (row + Self.side) & (Self.side * Self.side - 1)
    let upper = lattice[row + column] + (lattice[row + nextColumn] - lattice[row + column]) * dx
    let lower = lattice[nextRow + column] + (lattice[nextRow + nextColumn] - lattice[nextRow + column]) * dx
    return upper + (lower - upper) * dy
  }

  /// Octaves summed, each half as strong and twice as fine; 0…1.
  func fractal(_ x: Float, _ y: Float, octaves: Int) -> Float {
    var sum: Float = 0
    var weight: Float = 0.5
    var scale: Float = 1
    for octave in 0..<octaves {
      sum += weight * sample(x * scale + Float(octave) * 17, y * scale + Float(octave) * 31)
      weight /= 2
      scale *= 2
    }
    return sum / (1 - weight * 2)
  }

  private func smooth(_ t: Float) -> Float { t * t * (3 - 2 * t) }
}
