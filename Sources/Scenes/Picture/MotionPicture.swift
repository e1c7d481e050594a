import Glibc

/// A moving, natural-looking picture: a camera pans over hills while textured balls cross, with a little film grain.
///
/// Each picture takes one pass over its pixels, so that the scene uses little CPU time compared with the recorder.
struct MotionPicture {
  let width: Int
  let height: Int
  private let panorama: [UInt32]
  private let panoramaWidth: Int
  private let panRange: (x: Int, y: Int)
  private let grain: [UInt32]
  private let sprites: [Sprite]

  private static let grainSlack = 4096

  init(width: Int, height: Int, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let noise = ValueNoise(random: &random)
    self.width = width
    self.height = height
    panRange = (max(16, width / 6), max(8, height / 10))
    panoramaWidth = width + panRange.x
    panorama = Self.landscape(width: width + panRange.x, height: height + panRange.y, noise: noise)
    grain = (0..<(width + Self.grainSlack)).map { _ in
      let luma = UInt32(random.below(5))
      return (luma + UInt32(random.below(3))) << 16 | (luma + UInt32(random.below(3))) << 8
        | (luma + UInt32(random.below(3)))
    }
    var sprites: [Sprite] = []
    for index in 0..<7 {
      let diameter = max(6, height * (12 + 3 * index) / 100)
      sprites.append(Sprite(diameter: diameter, noise: noise, random: &random))
    }
    self.sprites = sprites
  }

  /// Renders the picture of one moment.
  /// - Parameter pixels: rows of `0xRRGGBB`, `stride` pixels apart, `height` of them.
  func render(seconds: Double, frame: Int, into pixels: UnsafeMutablePointer<UInt32>, stride: Int) {
    let panX = Int(Double(panRange.x) * (0.5 + 0.5 * sin(seconds * 0.55)))
    let panY = Int(Double(panRange.y) * (0.5 + 0.5 * sin(seconds * 0.4 + 1)))
    let corners = sprites.map { $0.corner(seconds: seconds, width: width, height: height, sine: sin) }
    var random = SplitMix64(seed: UInt64(frame))
    panorama.withUnsafeBufferPointer { ground in
      grain.withUnsafeBufferPointer { grain in
        // Row by row, so that a row is still in the cache when the balls and the grain are added.
        for y in 0..<height {
          let row = pixels + y * stride
          row.update(from: ground.baseAddress! + (y + panY) * panoramaWidth + panX, count: width)
          for (sprite, corner) in zip(sprites, corners) where y >= corner.y && y < corner.y + sprite.diameter {
            blend(sprite, line: y - corner.y, atX: corner.x, onto: row)
          }
          let speckles = grain.baseAddress! + Int(random.next() % UInt64(Self.grainSlack))
          for x in 0..<width { row[x] &+= speckles[x] }
        }
      }
    }
  }

  private func blend(_ sprite: Sprite, line: Int, atX left: Int, onto row: UnsafeMutablePointer<UInt32>) {
    let first = max(0, -left)
    let last = min(sprite.diameter, width - left)
    guard first < last else { return }
    sprite.pixels.withUnsafeBufferPointer { pixels in
      sprite.backgroundWeights.withUnsafeBufferPointer { backgroundWeights in
        let at = line * sprite.diameter
        for index in first..<last {
          let below = row[left + index]
          let weight = backgroundWeights[at + index]
          let redBlue = (((below & 0xFF00FF) &* weight) >> 8) & 0xFF00FF
          let green = (((below & 0x00FF00) &* weight) >> 8) & 0x00FF00
          row[left + index] = pixels[at + index] &+ (redBlue | green)
        }
      }
    }
  }

  /// Packs red, green and blue, limited to 232 so that grain never carries into the next channel.
  static func pack(_ channels: [Float], coverage: Float = 1) -> UInt32 {
    channels.reduce(0) { $0 << 8 | UInt32(max(8, min(232, $1)) * coverage) }
  }

  private static func landscape(width: Int, height: Int, noise: ValueNoise) -> [UInt32] {
    let unit = 1 / Float(height)
    let ridges = (0..<width).map { noise.fractal(Float($0) * unit * 3, 3, octaves: 5) }
    let hills = (0..<width).map { noise.fractal(Float($0) * unit * 2 + 40, 9, octaves: 3) }
    var pixels: [UInt32] = []
    pixels.reserveCapacity(width * height)
    for y in 0..<height {
      let depth = Float(y) * unit
      for x in 0..<width {
        let across = Float(x) * unit
        if depth > 0.5 + 0.25 * hills[x] {
          let near = (depth - 0.5) * 2
          let grass = noise.fractal(across * 40, depth * 60, octaves: 4)
          let patch = noise.fractal(across * 4, depth * 8, octaves: 2)
          pixels.append(
            pack(50 + 90 * patch * grass + 20 * near, 70 + 110 * grass * (0.6 + 0.4 * patch), 30 + 50 * grass))
        } else if depth > 0.28 + 0.32 * ridges[x] {
          let rock = noise.fractal(across * 18, depth * 18, octaves: 4)
          pixels.append(pack(86 + 60 * rock, 104 + 52 * rock, 128 + 46 * rock))
        } else {
          let cloud = max(0, noise.fractal(across * 2.5, depth * 5, octaves: 5) - 0.45) * 2.4
          pixels.append(
            pack(96 + 70 * depth + 110 * cloud, 148 + 60 * depth + 70 * cloud, 214 + 18 * depth + 10 * cloud))
        }
      }
    }
    return pixels
  }

  private static func pack(_ red: Float, _ green: Float, _ blue: Float) -> UInt32 {
    func byte(_ value: Float) -> UInt32 { UInt32(max(8, min(232, value))) }
    return byte(red) << 16 | byte(green) << 8 | byte(blue)
  }
}

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
