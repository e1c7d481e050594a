import Media

/// A terminal with scrolling log lines.
final class LogView {
  static let background: Colour = 0x1C2028
  static let foreground: Colour = 0xD4D8DE
  private static let margin = 6

  private let window: Window
  private let font: Font
  private var text: TextSource
  private var lines: [String] = []

  private var canvas: Canvas { window.canvas }
  private var rows: Int { max(1, (canvas.size.height - 2 * Self.margin) / font.height) }

  init(_ parent: Window, rect: PixelRect, seed: UInt64) {
    let connection = parent.canvas.connection
    window = Window(connection, parent: parent, rect: rect, colour: Self.background)
    font = connection.font(.label)
    text = TextSource(seed: seed)
    lines = (0..<rows).map { _ in text.logLine() }
    window.show()
  }

  func draw() {
    canvas.fill(canvas.bounds, Self.background)
    for row in 0..<lines.count { drawLine(row) }
  }

  func append() {
    lines.removeFirst()
    lines.append(text.logLine())
    let height = font.height
    canvas.copy(
      PixelRect(x: 0, y: Self.margin + height, width: canvas.size.width, height: (rows - 1) * height), toX: 0,
      y: Self.margin)
    canvas.fill(
      PixelRect(x: 0, y: Self.margin + (rows - 1) * height, width: canvas.size.width, height: height), Self.background)
    drawLine(rows - 1)
  }

  private func drawLine(_ row: Int) {
    Self.drawLine(lines[row], on: canvas, x: Self.margin, y: Self.margin + row * font.height)
  }

  static func drawLine(_ line: String, on canvas: Canvas, x: Int, y: Int) {
    let colour: Colour = line.contains("WARN") ? 0xE6C15A : line.contains("DEBUG") ? 0x8A93A0 : foreground
    canvas.text(line, x: x, y: y, .label, colour)
  }
}
