import Media

/// A long document that scrolls endlessly: the part that stays in view is copied, and only the rest is drawn.
final class DocumentView {
  private struct Line {
    let text: String
    let face: Face
    let colour: Colour
    let background: Colour
    let y: Int
    let height: Int
  }

  private static let margin = 40
  private static let barWidth = 14
  private static let pixelsPerStep = 4

  private let window: Window
  private let lines: [Line]
  private let length: Int
  private var offset = 0

  private var drawable: Drawable { window.drawable }
  private var page: PixelRect {
    PixelRect(x: 0, y: 0, width: max(1, drawable.size.width - Self.barWidth), height: drawable.size.height)
  }

  init(_ parent: Window, rect: PixelRect, seed: UInt64) {
    let connection = parent.drawable.connection
    window = Window(connection, parent: parent, rect: rect, colour: .white)
    var text = TextSource(seed: seed)
    let columns = max(8, (rect.width - Self.barWidth - 2 * Self.margin) / connection.font(.body).width)
    var lines: [Line] = []
    var y = 0
    func add(
      _ text: String, _ face: Face = .body, _ colour: Colour = 0x1A1A1A, background: Colour = .white, lead: Int = 4
    ) {
      let height = connection.font(face).height + lead
      lines.append(Line(text: text, face: face, colour: colour, background: background, y: y, height: height))
      y += height
    }
    for chapter in 1...40 {
      add("\(chapter). \(text.title())", .heading, 0x1F3F77, lead: 14)
      for section in 0..<3 {
        for line in text.paragraph(columns: columns) { add(line) }
        add("")
        if section == 0 {
          for _ in 0..<(4 + text.number(below: 6)) {
            add(String(text.codeLine().prefix(columns)), .label, 0x303848, background: 0xF1F3F6)
          }
          add("")
        } else if section == 1 {
          for _ in 0..<3 { add("  * " + text.title() + ": see " + text.fileName(), .body, 0x2A5DB0) }
          add("")
        }
      }
    }
    self.lines = lines
    length = y
    window.show()
  }

  func draw() {
    draw(page)
    drawBar()
  }

  func scroll() {
    offset = (offset + Self.pixelsPerStep) % length
    let page = page
    let kept = max(0, page.height - Self.pixelsPerStep)
    drawable.copy(PixelRect(x: 0, y: page.height - kept, width: page.width, height: kept), toX: 0, y: 0)
    draw(PixelRect(x: 0, y: kept, width: page.width, height: page.height - kept))
    drawBar()
  }

  /// Draws the lines that intersect a rectangle of the window.
  private func draw(_ rect: PixelRect) {
    drawable.clipped(to: rect) {
      drawable.fill(rect, .white)
      for line in visible(rect) {
        if line.line.background != .white {
          drawable.fill(
            PixelRect(
              x: Self.margin - 10, y: line.y, width: page.width - 2 * Self.margin + 20, height: line.line.height),
            line.line.background)
        }
        drawable.text(line.line.text, x: Self.margin, y: line.y + 2, line.line.face, line.line.colour)
      }
    }
  }

  private func visible(_ rect: PixelRect) -> [(line: Line, y: Int)] {
    var found: [(Line, Int)] = []
    // The document repeats, so near its end its beginning is visible as well.
    for turn in 0...(1 + page.height / length) {
      let top = turn * length - offset
      guard top < rect.maxY, top + length > rect.y else { continue }
      for line in lines where top + line.y < rect.maxY && top + line.y + line.height > rect.y {
        found.append((line, top + line.y))
      }
    }
    return found
  }

  private func drawBar() {
    let bar = PixelRect(x: page.width, y: 0, width: Self.barWidth, height: drawable.size.height)
    let thumb = max(24, bar.height * bar.height / length)
    let top = (bar.height - thumb) * offset / length
    // Only the thumb and the space around it: most steps move the thumb by at most one pixel.
    drawable.fill(
      [
        PixelRect(x: bar.x, y: 0, width: bar.width, height: top),
        PixelRect(x: bar.x, y: top + thumb, width: bar.width, height: bar.height - top - thumb),
      ], 0xE4E6EA)
    drawable.fill(PixelRect(x: bar.x + 2, y: top, width: bar.width - 4, height: thumb), 0x9AA2AE)
  }
}
