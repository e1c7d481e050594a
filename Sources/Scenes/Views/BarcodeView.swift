import Media

/// The barcode, in a small window of its own so that nothing drawn around it covers it.
final class BarcodeView {
  private let window: Window
  private var shown = Barcode(milliseconds: 0)

  init(_ parent: Window, rect: PixelRect) {
    window = Window(parent.canvas.connection, parent: parent, rect: rect, colour: .white)
    window.show()
  }

  func show(_ milliseconds: UInt32) {
    shown = Barcode(milliseconds: milliseconds)
    draw()
  }

  func draw() { Self.draw(shown, on: window.canvas) }

  /// Draws at the upper left corner of a canvas.
  static func draw(_ barcode: Barcode, on canvas: Canvas) {
    var white: [PixelRect] = []
    var black: [PixelRect] = []
    for (index, isWhite) in barcode.cells.enumerated() {
      let rect = PixelRect(
        x: index % Barcode.columns * Barcode.cellSide, y: index / Barcode.columns * Barcode.cellSide,
        width: Barcode.cellSide, height: Barcode.cellSide)
      if isWhite { white.append(rect) } else { black.append(rect) }
    }
    canvas.drawAtOnce(in: PixelRect(Barcode.size)) {
      $0.fill(white, .white)
      $0.fill(black, .black)
    }
  }
}
