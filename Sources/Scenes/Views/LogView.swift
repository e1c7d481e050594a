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

  private var drawable: Drawable { window.drawable }
  private var rows: Int { max(1, (drawable.size.height - 2 * Self.margin) / font.height) }

  init(_ parent: Window, rect: PixelRect, seed: UInt64) {
    let connection = parent.drawable.connection
    window = Window(connection, parent: parent, rect: rect, colour: Self.background)
    font = connection.font(.label)
    text = TextSource(seed: seed)
    lines = (0..<rows).map { _ in text.logLine() }
    window.show()
  }

  func draw() {
    drawable.fill(drawable.bounds, Self.background)
    for row in 0..<lines.count { drawLine(row) }
  }

  func append() {
    lines.removeFirst()
    lines.append(text.logLine())
    let height = font.height
    drawable.copy(
      PixelRect(x: 0, y: Self.margin + height, width: drawable.size.width, height: (rows - 1) * height), toX: 0,
      y: Self.margin)
    drawable.fill(
      PixelRect(x: 0, y: Self.margin + (rows - 1) * height, width: drawable.size.width, height: height), Self.background
    )
    drawLine(rows - 1)
  }

  private func drawLine(_ row: Int) {
    Self.drawLine(lines[row], on: drawable, x: Self.margin, y: Self.margin + row * font.height)
  }

  static func drawLine(_ line: String, on drawable: Drawable, x: Int, y: Int) {
    let colour: Colour = line.contains("WARN") ? 0xE6C15A : line.contains("DEBUG") ? 0x8A93A0 : foreground
    drawable.text(line, x: x, y: y, .label, colour)
  }
}
