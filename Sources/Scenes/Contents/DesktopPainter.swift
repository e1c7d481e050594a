import Media

/// Paints the wallpaper, windows and panel of a plain desktop.
struct DesktopPainter {
  let canvas: Canvas
  let layout: SceneLayout
  let seed: UInt64

  func wallpaper() {
    let height = canvas.size.height
    for y in 0..<height {
      canvas.fill(
        PixelRect(x: 0, y: y, width: canvas.size.width, height: 1),
        Colour(rgb: 0x5B8FB0).blended(to: 0x24486A, part: y, of: height))
    }
    for (index, label) in ["Home", "Documents", "Downloads", "Pictures", "Trash"].enumerated() {
      let y = 14 + index * 84
      guard y + 70 < layout.panel.y else { break }
      icon(x: 20, y: y, folder: index < 4)
      let width = label.count * canvas.connection.font(.label).width
      canvas.text(label, x: max(2, 40 - width / 2), y: y + 42, .label, .white)
    }
  }

  func stillWindows(active: Bool) {
    documents()
    files()
    terminal(active: active)
  }

  /// Title bar, border, status bar and an empty white content.
  func frame(_ frame: WindowFrame) {
    let bar = frame.titleBar
    canvas.clipped(to: frame.outer) {
      canvas.fill(frame.outer, frame.isActive ? 0x23466B : 0x5A6470)
      for y in 0..<bar.height {
        let top: Colour = frame.isActive ? 0x4F86BD : 0x98A3AE
        let bottom: Colour = frame.isActive ? 0x2F6196 : 0x7B8793
        canvas.fill(
          PixelRect(x: bar.x + 1, y: bar.y + y, width: bar.width - 2, height: 1),
          top.blended(to: bottom, part: y, of: bar.height))
      }
      buttons(bar)
      canvas.fill(frame.content, .white)
      if frame.hasStatusBar {
        canvas.fill(frame.statusBar, 0xE6E8EC)
        canvas.fill(
          PixelRect(x: frame.statusBar.x, y: frame.statusBar.y, width: frame.statusBar.width, height: 1), 0xB4BAC2)
        if frame.isPlayer { controls(frame) }
      }
    }
    title(frame)
  }

  private func title(_ frame: WindowFrame) {
    let bar = frame.titleBar
    let font = canvas.connection.font(.labelBold)
    canvas.clipped(to: PixelRect(x: bar.x, y: bar.y, width: max(1, bar.width - 68), height: bar.height)) {
      canvas.text(frame.title, x: bar.x + 10, y: bar.y + (bar.height - font.height) / 2, .labelBold, .white)
    }
  }

  func panel(titles: [WindowFrame]) {
    let panel = layout.panel
    canvas.fill(panel, Desktop.panelColour)
    canvas.fill(PixelRect(x: 0, y: panel.y, width: panel.width, height: 1), 0x454D5C)
    let font = canvas.connection.font(.label)
    let y = panel.y + (panel.height - font.height) / 2
    canvas.fill(PixelRect(x: 6, y: panel.y + 6, width: 70, height: panel.height - 12), 0x3F77AE)
    canvas.text("Menu", x: 26, y: y, .labelBold, .white)
    var x = 86
    for frame in titles {
      let button = PixelRect(x: x, y: panel.y + 6, width: 190, height: panel.height - 12)
      guard button.maxX < layout.clockBarcode.x else { break }
      canvas.fill(button, frame == titles.last ? 0x4B566A : 0x383F4D)
      canvas.clipped(to: button) { canvas.text(frame.title, x: x + 10, y: y, .label, 0xDDE2EA) }
      x = button.maxX + 6
    }
    ClockView.draw(ClockView.start(seed: seed), on: canvas, in: layout.clock)
  }

  private func buttons(_ bar: PixelRect) {
    for (index, colour) in [Colour(rgb: 0xD9655B), 0xC8D2DC, 0xC8D2DC].enumerated() {
      let x = bar.maxX - 22 - index * 20
      guard x > bar.x + 40 else { return }
      canvas.fill(PixelRect(x: x, y: bar.y + 6, width: 14, height: 14), colour)
      canvas.outline(PixelRect(x: x, y: bar.y + 6, width: 14, height: 14), 0x3A4654)
    }
  }

  private func controls(_ frame: WindowFrame) {
    let bar = frame.statusBar
    let middle = bar.y + bar.height / 2
    canvas.fill(PixelRect(x: bar.x + 12, y: middle - 8, width: 5, height: 16), 0x30363E)
    canvas.fill(PixelRect(x: bar.x + 21, y: middle - 8, width: 5, height: 16), 0x30363E)
    let track = PixelRect(x: bar.x + 110, y: middle - 3, width: frame.barcode.x - bar.x - 130, height: 6)
    guard track.width > 20 else { return }
    canvas.text("01:12/04:31", x: bar.x + 32, y: middle - 7, .small, 0x30363E)
    canvas.fill(track, 0xBFC5CD)
    canvas.fill(PixelRect(x: track.x, y: track.y, width: track.width / 4, height: track.height), 0x3F77AE)
  }

  private func icon(x: Int, y: Int, folder: Bool) {
    if folder {
      canvas.fill(PixelRect(x: x, y: y, width: 18, height: 8), 0xD9A945)
      canvas.fill(PixelRect(x: x, y: y + 6, width: 42, height: 28), 0xEBC062)
      canvas.outline(PixelRect(x: x, y: y + 6, width: 42, height: 28), 0xA77F2C)
    } else {
      canvas.fill(PixelRect(x: x + 6, y: y + 8, width: 30, height: 28), 0xB9C3CC)
      canvas.fill(PixelRect(x: x + 2, y: y + 3, width: 38, height: 5), 0x8E99A4)
      canvas.outline(PixelRect(x: x + 6, y: y + 8, width: 30, height: 28), 0x66717C)
    }
  }

  private func documents() {
    let window = layout.documents
    frame(window)
    let font = canvas.connection.font(.body)
    var text = TextSource(seed: seed &+ 11)
    let columns = max(4, (window.content.width - 24) / font.width)
    let rows = window.content.height / (font.height + 3) + 1
    canvas.clipped(to: window.content) {
      for (row, line) in text.prose(lines: rows, columns: columns).enumerated() {
        canvas.text(line, x: window.content.x + 12, y: window.content.y + 8 + row * (font.height + 3), .body, 0x1A1A1A)
      }
    }
  }

  private func files() {
    let window = layout.files
    frame(window)
    let content = window.content
    let side = PixelRect(x: content.x, y: content.y, width: min(150, content.width / 3), height: content.height)
    var text = TextSource(seed: seed &+ 12)
    canvas.clipped(to: content) {
      canvas.fill(side, 0xEDF0F3)
      for (row, label) in ["Home", "Desktop", "Documents", "Music", "Pictures", "Videos", "Network"].enumerated() {
        if row == 2 {
          canvas.fill(PixelRect(x: side.x, y: side.y + 6 + row * 24, width: side.width, height: 22), 0xC6DAEE)
        }
        canvas.text(label, x: side.x + 14, y: side.y + 10 + row * 24, .label, 0x30363E)
      }
      for row in 0...(content.height / 22) {
        let y = content.y + row * 22
        if row % 2 == 1 {
          canvas.fill(PixelRect(x: side.maxX, y: y, width: content.maxX - side.maxX, height: 22), 0xF6F7F9)
        }
        canvas.fill(PixelRect(x: side.maxX + 10, y: y + 5, width: 14, height: 12), row % 3 == 0 ? 0xEBC062 : 0x9DB8D2)
        canvas.text(text.fileName(), x: side.maxX + 34, y: y + 5, .label, 0x1A1A1A)
        canvas.text("\(text.number(below: 900) + 10) kB", x: side.maxX + 300, y: y + 5, .label, 0x5A626C)
        canvas.text("2 May", x: side.maxX + 400, y: y + 5, .label, 0x5A626C)
      }
    }
  }

  private func terminal(active: Bool) {
    var window = layout.terminal
    window.isActive = active
    frame(window)
    let content = window.content
    var text = TextSource(seed: seed &+ 13)
    let height = canvas.connection.font(.label).height
    let rows = max(1, (content.height - 12) / height)
    canvas.clipped(to: content) {
      canvas.fill(content, LogView.background)
      for row in 0..<(rows - 1) {
        LogView.drawLine(text.logLine(), on: canvas, x: content.x + 6, y: content.y + 6 + row * height)
      }
      canvas.text("user@host:~/src$ ", x: content.x + 6, y: content.y + 6 + (rows - 1) * height, .labelBold, 0x8FD08A)
      canvas.fill(
        PixelRect(x: content.x + 6 + 17 * 7, y: content.y + 6 + (rows - 1) * height, width: 7, height: height),
        LogView.foreground)
    }
  }
}
