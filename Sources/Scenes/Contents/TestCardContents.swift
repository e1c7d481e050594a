import Media

/// The test card; only its barcode moves.
final class TestCardContents: SceneContents {
  private let barcode: BarcodeView

  init(_ connection: DisplayConnection, seed: UInt64) {
    let card = TestCard(width: connection.screen.width, height: connection.screen.height)
    let window = Window(connection, rect: PixelRect(connection.screen), colour: 0x707478)
    window.setBackground { Self.paint(card, on: $0, seed: seed) }
    window.show()
    barcode = BarcodeView(window, rect: card.barcodeRect)
  }

  func step(_ number: Int, milliseconds: UInt32) { barcode.show(milliseconds) }

  func redraw() { barcode.draw() }

  private static func paint(_ card: TestCard, on drawable: Drawable, seed: UInt64) {
    drawable.fill(drawable.bounds, 0x707478)
    for patch in card.patches {
      drawable.fill(
        patch.rect, Colour(rgb: UInt32(patch.red) << 16 | UInt32(patch.green) << 8 | UInt32(patch.blue)))
    }
    let page = card.textRect
    var text = TextSource(seed: seed)
    drawable.clipped(to: page) {
      drawable.fill(page, .white)
      var y = page.y + 6
      var row = 0
      while y < page.maxY {
        let face = Face.allCases[row % Face.allCases.count]
        let font = drawable.connection.font(face)
        let line = text.prose(lines: 1, columns: max(4, (page.width - 16) / font.width))[0]
        drawable.text(line, x: page.x + 8, y: y, face, .black)
        y += font.height + 3
        row += 1
      }
    }
  }
}
