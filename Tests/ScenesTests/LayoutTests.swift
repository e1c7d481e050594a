import Media
import Testing

@testable import Scenes

@Suite struct LayoutTests {
  @Test(arguments: screenSizes)
  func `the parts of the test card are inside the screen, at even coordinates, without overlap`(size: PixelSize) {
    let card = TestCard(width: size.width, height: size.height)
    let rects = card.patches.map(\.rect) + [card.textRect, card.barcodeRect]
    for (index, rect) in rects.enumerated() {
      #expect(PixelRect(size).contains(rect))
      #expect(!rect.isEmpty)
      for other in rects[(index + 1)...] { #expect(rect.intersection(other).isEmpty, "\(rect) \(other)") }
    }
    for rect in rects {
      for value in [rect.x, rect.y, rect.width, rect.height] { #expect(value.isMultiple(of: 2)) }
    }
  }

  @Test func `patches are at least 64×64 on a 1080p screen, with different colours and names`() {
    let card = TestCard(width: 1920, height: 1080)
    for patch in card.patches { #expect(patch.rect.width >= 64 && patch.rect.height >= 64) }
    #expect(Set(card.patches.map { [$0.red, $0.green, $0.blue] }).count == card.patches.count)
    #expect(Set(card.patches.map(\.name)).count == card.patches.count)
  }

  @Test(arguments: SceneName.allCases)
  func `the whole barcode is inside every screen, at even coordinates`(scene: SceneName) {
    for size in screenSizes {
      let rect = scene.barcodeRect(screen: size)
      #expect(PixelRect(size).contains(rect), "\(size)")
      #expect(rect.size == Barcode.size)
      #expect(rect.x.isMultiple(of: 2) && rect.y.isMultiple(of: 2))
    }
  }

  @Test(arguments: SceneName.allCases)
  func `a pointer in the middle of the screen does not cover the barcode`(scene: SceneName) {
    for size in screenSizes where size.width >= 320 {
      let pointer = PixelRect(x: size.width / 2 - 16, y: size.height / 2 - 16, width: 40, height: 40)
      #expect(scene.barcodeRect(screen: size).intersection(pointer).isEmpty, "\(size)")
    }
  }

  @Test func `the player's picture is 1280×720 on a 1080p screen`() {
    let content = SceneLayout(screen: PixelSize(width: 1920, height: 1080)).player.content
    #expect(content.size == PixelSize(width: 1280, height: 720))
  }
}
