import Media

/// The text in a window's status bar, left of its barcode.
final class StatusView {
  private let window: Window
  private var text = ""

  init(_ parent: Window, frame: WindowFrame) {
    let rect = PixelRect(
      x: frame.statusBar.x + 8, y: frame.statusBar.y + 10, width: max(1, frame.barcode.x - frame.statusBar.x - 16),
      height: 20)
    window = Window(parent.canvas.connection, parent: parent, rect: rect, colour: 0xE6E8EC)
    window.show()
  }

  func show(_ text: String) {
    self.text = text
    draw()
  }

  func draw() {
    let font = window.canvas.connection.font(.label)
    window.canvas.fill(
      PixelRect(x: 4, y: 0, width: (text.count + 2) * font.width, height: window.canvas.size.height), 0xE6E8EC)
    window.canvas.text(text, x: 4, y: 3, .label, 0x30363E)
  }
}
