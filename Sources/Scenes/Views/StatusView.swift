import Media

/// The text in a window's status bar, left of its barcode.
final class StatusView {
  private let window: Window
  private var text = ""

  init(_ parent: Window, frame: WindowFrame) {
    let rect = PixelRect(
      x: frame.statusBar.x + 8, y: frame.statusBar.y + 10, width: max(1, frame.barcode.x - frame.statusBar.x - 16),
      height: 20)
    window = Window(parent.drawable.connection, parent: parent, rect: rect, colour: 0xE6E8EC)
    window.show()
  }

  func show(_ text: String) {
    self.text = text
    draw()
  }

  func draw() {
    let font = window.drawable.connection.font(.label)
    window.drawable.fill(
      PixelRect(x: 4, y: 0, width: (text.count + 2) * font.width, height: window.drawable.size.height), 0xE6E8EC)
    window.drawable.text(text, x: 4, y: 3, .label, 0x30363E)
  }
}

/// The barcode, in a small window of its own so that nothing drawn around it covers it.
final class BarcodeView {
  private let window: Window
  private var shown = Barcode(milliseconds: 0)

  init(_ parent: Window, rect: PixelRect) {
    window = Window(parent.drawable.connection, parent: parent, rect: rect, colour: .white)
    window.show()
  }

  func show(_ milliseconds: UInt32) {
    shown = Barcode(milliseconds: milliseconds)
    draw()
  }

  func draw() { Self.draw(shown, on: window.drawable) }

  /// Draws at the upper left corner of a drawable.
  static func draw(_ barcode: Barcode, on drawable: Drawable) {
    var white: [PixelRect] = []
    var black: [PixelRect] = []
    for (index, isWhite) in barcode.cells.enumerated() {
      let rect = PixelRect(
        x: index % Barcode.columns * Barcode.cellSide, y: index / Barcode.columns * Barcode.cellSide,
        width: Barcode.cellSide, height: Barcode.cellSide)
      if isWhite { white.append(rect) } else { black.append(rect) }
    }
    drawable.drawAtOnce(in: PixelRect(Barcode.size)) {
      $0.fill(white, .white)
      $0.fill(black, .black)
    }
  }
}
