import Media

/// A desktop with a window that flashes.
final class FlashContents: SceneContents {
  private let window: Window
  private let barcode: BarcodeView
  private let field: PixelRect
  private var isLit = false

  init(_ connection: Connection, seed: UInt64, title: String) {
    let layout = Desktop(connection, seed: seed).layout
    let frame = layout.flashWindow
    window = Window(connection, rect: frame, colour: .black, title: title)
    window.show()
    field = layout.flashField.relative(toX: frame.x, y: frame.y)
    barcode = BarcodeView(window, rect: layout.flashBarcode.relative(toX: frame.x, y: frame.y))
  }

  func step(_ number: Int, milliseconds: UInt32) {
    isLit = FlashField.isLit(step: number)
    window.canvas.fill(field, isLit ? .white : .black)
    barcode.show(milliseconds)
  }

  func redraw() {
    window.canvas.fill(field, isLit ? .white : .black)
    barcode.draw()
  }
}
