import Media
import Testing

@testable import Scenes

@Suite struct BarcodeTests {
  private let place = PixelRect(x: 22, y: 14, width: Barcode.size.width, height: Barcode.size.height)

  private func plane(_ milliseconds: UInt32, scale: Double = 1) -> LumaPlane {
    ScenesTests.plane(Barcode(milliseconds: milliseconds), at: place, width: 160, height: 80, scale: scale)
  }

  @Test(arguments: [0, 1, 0xFFFF_FFFF, 0xAAAA_AAAA, 0x5555_5555, 123_456_789])
  func `an unscaled barcode is decoded to its time`(milliseconds: UInt32) {
    #expect(Barcode.decode(plane(milliseconds), at: place) == milliseconds)
  }

  @Test(arguments: [0.4, 0.5, 2.0 / 3, 0.75, 1.25, 2])
  func `a scaled barcode is decoded to its time`(scale: Double) {
    for milliseconds: UInt32 in [0, 77_777_777, 0xFFFF_FFFF] {
      #expect(Barcode.decode(plane(milliseconds, scale: scale), at: place, scale: scale) == milliseconds)
    }
  }

  @Test func `a barcode with noise and low contrast is decoded`() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<50 {
      let milliseconds = UInt32(truncatingIfNeeded: random.next())
      let clean = ScenesTests.plane(
        Barcode(milliseconds: milliseconds), at: place, width: 160, height: 80, black: 60, white: 190)
      let noisy = clean.samples.map { UInt8(clamping: Int($0) + random.below(81) - 40) }
      #expect(Barcode.decode(LumaPlane(samples: noisy, width: 160, height: 80), at: place) == milliseconds)
    }
  }

  @Test func `a barcode with any single cell inverted is rejected`() {
    let clean = plane(987_654_321)
    for cell in 0..<(Barcode.columns * Barcode.rows) {
      var samples = clean.samples
      for y in 0..<Barcode.cellSide {
        for x in 0..<Barcode.cellSide {
          let column = place.x + cell % Barcode.columns * Barcode.cellSide + x
          let row = place.y + cell / Barcode.columns * Barcode.cellSide + y
          samples[row * 160 + column] = 251 - samples[row * 160 + column]
        }
      }
      #expect(Barcode.decode(LumaPlane(samples: samples, width: 160, height: 80), at: place) == nil, "cell \(cell)")
    }
  }

  @Test func `uniform grey, black and white pictures decode to nil`() {
    for level: UInt8 in [0, 128, 255] {
      let samples = [UInt8](repeating: level, count: 160 * 80)
      #expect(Barcode.decode(LumaPlane(samples: samples, width: 160, height: 80), at: place) == nil)
    }
  }

  @Test func `a picture that does not contain the whole barcode decodes to nil`() {
    let samples = [UInt8](repeating: 0, count: 64 * 20)
    #expect(Barcode.decode(LumaPlane(samples: samples, width: 64, height: 20), at: place) == nil)
    #expect(Barcode.decode(plane(1), at: place, scale: 0) == nil)
    #expect(Barcode.decode(plane(1), at: PixelRect(x: -8, y: 0, width: 96, height: 32)) == nil)
  }

  @Test func `a plane with padded rows is decoded by its stride`() {
    let clean = plane(4711)
    var padded: [UInt8] = []
    for y in 0..<clean.height {
      padded += clean.samples[(y * clean.width)..<((y + 1) * clean.width)] + [UInt8](repeating: 99, count: 32)
    }
    let plane = LumaPlane(samples: padded, width: clean.width, height: clean.height, stride: clean.width + 32)
    #expect(Barcode.decode(plane, at: place) == 4711)
  }

  @Test func `each scene's barcode is decoded from a picture at half size`() {
    let screen = PixelSize(width: 640, height: 480)
    for scene in SceneName.allCases {
      let picture = ScenesTests.plane(
        Barcode(milliseconds: 31_415_926), at: scene.barcodeRect(screen: screen), width: 640, height: 480, scale: 0.5)
      #expect(Barcode.decode(picture, of: scene, screen: screen) == 31_415_926, "\(scene)")
    }
  }

  @Test func `a picture cropped to an even size is decoded unscaled`() {
    let screen = PixelSize(width: 321, height: 241)
    let rect = SceneName.testCard.barcodeRect(screen: screen)
    let whole = ScenesTests.plane(Barcode(milliseconds: 5), at: rect, width: 320, height: 240)
    #expect(Barcode.decode(whole, of: .testCard, screen: screen) == 5)
  }
}
