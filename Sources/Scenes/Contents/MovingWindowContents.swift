import Glibc
import Media

/// A window is dragged over the desktop; the server copies it and exposes the area it uncovers.
final class MovingWindowContents: SceneContents {
  private let window: Window
  private let barcode: BarcodeView
  private let middle: (x: Int, y: Int)
  private let reach: (x: Double, y: Double)
  private let fps: Int

  init(_ connection: DisplayConnection, seed: UInt64, fps: Int) {
    let desktop = Desktop(connection, seed: seed, isActive: false)
    let layout = desktop.layout
    let size = layout.dragged
    self.fps = fps
    // The window moves as far as it can while it still contains the barcode, which stays in place above it.
    let code = layout.draggedBarcode
    middle = (code.x + code.width / 2 - size.width / 2, code.y + code.height / 2 - size.height / 2)
    reach = (
      Double(max(0, (size.width - code.width) / 2)), Double(max(0, (size.height - code.height) / 2))
    )
    window = Window(
      connection, parent: desktop.window,
      rect: PixelRect(x: middle.x, y: middle.y, width: size.width, height: size.height),
      colour: .white)
    window.setBackground { drawable in
      let frame = WindowFrame(outer: drawable.bounds, title: "letter.txt - Text Editor", isActive: true)
      DesktopPainter(drawable: drawable, layout: layout, seed: seed).frame(frame)
      let font = connection.font(.body)
      var text = TextSource(seed: seed &+ 21)
      let rows = frame.content.height / (font.height + 3) + 1
      drawable.clipped(to: frame.content) {
        for (row, line) in text.prose(lines: rows, columns: max(4, (size.width - 20) / font.width)).enumerated() {
          drawable.text(line, x: 10, y: frame.content.y + 6 + row * (font.height + 3), .body, 0x1A1A1A)
        }
      }
    }
    window.show()
    barcode = BarcodeView(desktop.window, rect: code)
  }

  func step(_ number: Int, milliseconds: UInt32) {
    let seconds = Double(number) / Double(fps)
    window.move(
      toX: middle.x + Int((reach.x * sin(seconds * 1.1)).rounded()),
      y: middle.y + Int((reach.y * sin(seconds * 0.8 + 0.7)).rounded()))
    barcode.show(milliseconds)
  }

  func redraw() {
    barcode.draw()
  }
}
