/// A textured ball with soft edges and the path it follows.
struct Sprite {
  let diameter: Int
  /// `0xRRGGBB`, multiplied by the coverage.
  let pixels: [UInt32]
  /// The background's weight at each pixel: 256 outside the ball, 0 inside.
  let backgroundWeights: [UInt32]
  private let phase: (x: Double, y: Double)
  private let speed: (x: Double, y: Double)

  init(diameter: Int, noise: ValueNoise, random: inout SplitMix64) {
    self.diameter = diameter
    let hue = (0..<3).map { _ in 60 + Float(random.below(170)) }
    let offset = Float(random.below(200))
    let radius = Float(diameter) / 2
    var pixels: [UInt32] = []
    var backgroundWeights: [UInt32] = []
    for y in 0..<diameter {
      for x in 0..<diameter {
        let dx = (Float(x) + 0.5 - radius) / radius
        let dy = (Float(y) + 0.5 - radius) / radius
        let distance = (dx * dx + dy * dy).squareRoot()
        let coverage = max(0, min(1, (1 - distance) * radius / 5))
        let light = 0.55 + 0.5 * max(0, 1 - ((dx + 0.35) * (dx + 0.35) + (dy + 0.4) * (dy + 0.4)).squareRoot())
        let texture = 0.7 + 0.6 * noise.fractal(dx * 6 + offset, dy * 6, octaves: 4)
        pixels.append(MotionPicture.pack(hue.map { $0 * light * texture }, coverage: coverage))
        backgroundWeights.append(UInt32((1 - coverage) * 256))
      }
    }
    self.pixels = pixels
    self.backgroundWeights = backgroundWeights
    phase = (Double(random.below(628)) / 100, Double(random.below(628)) / 100)
    speed = (0.35 + Double(random.below(70)) / 100, 0.35 + Double(random.below(70)) / 100)
  }

  /// The ball's upper left corner; up to half of the ball may be outside the picture.
  func corner(seconds: Double, width: Int, height: Int, sine: (Double) -> Double) -> (x: Int, y: Int) {
    let x = 0.5 + 0.5 * sine(seconds * speed.x + phase.x)
    let y = 0.5 + 0.5 * sine(seconds * speed.y + phase.y)
    return (Int(x * Double(width)) - diameter / 2, Int(y * Double(height)) - diameter / 2)
  }
}
