import Media

/// A page of prose; text is typed at its end.
final class EditorView {
  private static let margin = 8
  private static let lead = 3

  private let window: Window
  private let font: Font
  private var text: TextSource
  private var lines: [String]
  private var pending: [Character] = []

  private var drawable: Drawable { window.drawable }
  private var lineHeight: Int { font.height + Self.lead }
  private var columns: Int { max(4, (drawable.size.width - 2 * Self.margin) / font.width) }
  private var rows: Int { max(1, (drawable.size.height - 2 * Self.margin) / lineHeight) }

  /// The text cursor's position, as in a status bar.
  var position: String { "Ln \(lines.count), Col \(lines[lines.count - 1].count + 1)" }

  init(_ parent: Window, rect: PixelRect, seed: UInt64) {
    let connection = parent.drawable.connection
    window = Window(connection, parent: parent, rect: rect, colour: .white)
    font = connection.font(.body)
    text = TextSource(seed: seed)
    lines = []
    lines = text.prose(lines: rows - 1, columns: columns)
    lines.append("")
    window.show()
  }

  func draw() {
    drawable.fill(drawable.bounds, .white)
    for row in 0..<min(rows, lines.count) { drawLine(row) }
    drawCursor(.black)
  }

  /// Types one key: a letter, or Enter where the next word would not fit.
  func typeKey() {
    if pending.isEmpty { pending = Array(text.sentence() + " ") }
    let letter = pending.removeFirst()
    drawCursor(.white)
    let line = lines[lines.count - 1]
    if letter == " ", line.count + 1 + (pending.firstIndex(of: " ") ?? pending.count) > columns {
      breakLine()
    } else if line.count >= columns {
      breakLine()
      type(letter)
    } else {
      type(letter)
    }
    drawCursor(.black)
  }

  private var cursorRow: Int { min(rows, lines.count) - 1 }

  private func type(_ letter: Character) {
    let line = lines[lines.count - 1]
    drawable.text(String(letter), x: Self.margin + line.count * font.width, y: top(cursorRow), .body, .black)
    lines[lines.count - 1] = line + String(letter)
  }

  private func breakLine() {
    let isFull = lines.count >= rows
    lines.append("")
    guard isFull else { return }
    drawable.copy(
      PixelRect(
        x: 0, y: Self.margin + lineHeight, width: drawable.size.width, height: (rows - 1) * lineHeight),
      toX: 0, y: Self.margin)
    drawable.fill(PixelRect(x: 0, y: top(rows - 1), width: drawable.size.width, height: lineHeight), .white)
  }

  private func drawLine(_ row: Int) {
    let first = max(0, lines.count - rows)
    drawable.text(lines[first + row], x: Self.margin, y: top(row), .body, .black)
  }

  private func drawCursor(_ colour: Colour) {
    let x = Self.margin + lines[lines.count - 1].count * font.width
    drawable.fill(PixelRect(x: x, y: top(cursorRow), width: 2, height: font.height), colour)
  }

  private func top(_ row: Int) -> Int { Self.margin + row * lineHeight }
}
