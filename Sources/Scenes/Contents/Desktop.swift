import Media

/// The still part of every scene: wallpaper, icons, windows and the panel. It is the background pixmap of one window that
/// covers the whole screen.
struct Desktop {
  static let panelColour: Colour = 0x2B303B

  let window: Window
  let layout: SceneLayout

  /// - Parameter windows: frames to draw above the still windows, lowest first; their contents are left white.
  /// - Parameter still: whether to draw the desktop's own windows.
  /// - Parameter isActive: whether the uppermost of the desktop's own windows has the focus if `windows` is empty.
  init(
    _ connection: DisplayConnection, seed: UInt64, windows: [WindowFrame] = [], still: Bool = true,
    isActive: Bool = true
  ) {
    let layout = SceneLayout(screen: connection.screen)
    self.layout = layout
    window = Window(connection, rect: PixelRect(connection.screen), colour: 0x3C6E91)
    window.setBackground { drawable in
      let painter = DesktopPainter(drawable: drawable, layout: layout, seed: seed)
      painter.wallpaper()
      if still { painter.stillWindows(active: isActive && windows.isEmpty) }
      for frame in windows { painter.frame(frame) }
      painter.panel(titles: (still ? [layout.documents, layout.files, layout.terminal] : []) + windows)
    }
    window.show()
  }
}

/// Paints the wallpaper, windows and panel of a plain desktop.
struct DesktopPainter {
  let drawable: Drawable
  let layout: SceneLayout
  let seed: UInt64

  func wallpaper() {
    let height = drawable.size.height
    for y in 0..<height {
      drawable.fill(
        PixelRect(x: 0, y: y, width: drawable.size.width, height: 1),
        Colour(rgb: 0x5B8FB0).blended(to: 0x24486A, part: y, of: height))
    }
    for (index, label) in ["Home", "Documents", "Downloads", "Pictures", "Trash"].enumerated() {
      let y = 14 + index * 84
      guard y + 70 < layout.panel.y else { break }
      icon(x: 20, y: y, folder: index < 4)
      let width = label.count * drawable.connection.font(.label).width
      drawable.text(label, x: max(2, 40 - width / 2), y: y + 42, .label, .white)
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
    drawable.clipped(to: frame.outer) {
      drawable.fill(frame.outer, frame.isActive ? 0x23466B : 0x5A6470)
      for y in 0..<bar.height {
        let top: Colour = frame.isActive ? 0x4F86BD : 0x98A3AE
        let bottom: Colour = frame.isActive ? 0x2F6196 : 0x7B8793
        drawable.fill(
          PixelRect(x: bar.x + 1, y: bar.y + y, width: bar.width - 2, height: 1),
          top.blended(to: bottom, part: y, of: bar.height))
      }
      buttons(bar)
      drawable.fill(frame.content, .white)
      if frame.hasStatusBar {
        drawable.fill(frame.statusBar, 0xE6E8EC)
        drawable.fill(
          PixelRect(x: frame.statusBar.x, y: frame.statusBar.y, width: frame.statusBar.width, height: 1), 0xB4BAC2)
        if frame.isPlayer { controls(frame) }
      }
    }
    title(frame)
  }

  private func title(_ frame: WindowFrame) {
    let bar = frame.titleBar
    let font = drawable.connection.font(.labelBold)
    drawable.clipped(to: PixelRect(x: bar.x, y: bar.y, width: max(1, bar.width - 68), height: bar.height)) {
      drawable.text(frame.title, x: bar.x + 10, y: bar.y + (bar.height - font.height) / 2, .labelBold, .white)
    }
  }

  func panel(titles: [WindowFrame]) {
    let panel = layout.panel
    drawable.fill(panel, Desktop.panelColour)
    drawable.fill(PixelRect(x: 0, y: panel.y, width: panel.width, height: 1), 0x454D5C)
    let font = drawable.connection.font(.label)
    let y = panel.y + (panel.height - font.height) / 2
    drawable.fill(PixelRect(x: 6, y: panel.y + 6, width: 70, height: panel.height - 12), 0x3F77AE)
    drawable.text("Menu", x: 26, y: y, .labelBold, .white)
    var x = 86
    for frame in titles {
      let button = PixelRect(x: x, y: panel.y + 6, width: 190, height: panel.height - 12)
      guard button.maxX < layout.clockBarcode.x else { break }
      drawable.fill(button, frame == titles.last ? 0x4B566A : 0x383F4D)
      drawable.clipped(to: button) { drawable.text(frame.title, x: x + 10, y: y, .label, 0xDDE2EA) }
      x = button.maxX + 6
    }
    ClockView.draw(ClockView.start(seed: seed), on: drawable, in: layout.clock)
  }

  private func buttons(_ bar: PixelRect) {
    for (index, colour) in [Colour(rgb: 0xD9655B), 0xC8D2DC, 0xC8D2DC].enumerated() {
      let x = bar.maxX - 22 - index * 20
      guard x > bar.x + 40 else { return }
      drawable.fill(PixelRect(x: x, y: bar.y + 6, width: 14, height: 14), colour)
      drawable.outline(PixelRect(x: x, y: bar.y + 6, width: 14, height: 14), 0x3A4654)
    }
  }

  private func controls(_ frame: WindowFrame) {
    let bar = frame.statusBar
    let middle = bar.y + bar.height / 2
    drawable.fill(PixelRect(x: bar.x + 12, y: middle - 8, width: 5, height: 16), 0x30363E)
    drawable.fill(PixelRect(x: bar.x + 21, y: middle - 8, width: 5, height: 16), 0x30363E)
    let track = PixelRect(x: bar.x + 110, y: middle - 3, width: frame.barcode.x - bar.x - 130, height: 6)
    guard track.width > 20 else { return }
    drawable.text("01:12/04:31", x: bar.x + 32, y: middle - 7, .small, 0x30363E)
    drawable.fill(track, 0xBFC5CD)
    drawable.fill(PixelRect(x: track.x, y: track.y, width: track.width / 4, height: track.height), 0x3F77AE)
  }

  private func icon(x: Int, y: Int, folder: Bool) {
    if folder {
      drawable.fill(PixelRect(x: x, y: y, width: 18, height: 8), 0xD9A945)
      drawable.fill(PixelRect(x: x, y: y + 6, width: 42, height: 28), 0xEBC062)
      drawable.outline(PixelRect(x: x, y: y + 6, width: 42, height: 28), 0xA77F2C)
    } else {
      drawable.fill(PixelRect(x: x + 6, y: y + 8, width: 30, height: 28), 0xB9C3CC)
      drawable.fill(PixelRect(x: x + 2, y: y + 3, width: 38, height: 5), 0x8E99A4)
      drawable.outline(PixelRect(x: x + 6, y: y + 8, width: 30, height: 28), 0x66717C)
    }
  }

  private func documents() {
    let window = layout.documents
    frame(window)
    let font = drawable.connection.font(.body)
    var text = TextSource(seed: seed &+ 11)
    let columns = max(4, (window.content.width - 24) / font.width)
    let rows = window.content.height / (font.height + 3) + 1
    drawable.clipped(to: window.content) {
      for (row, line) in text.prose(lines: rows, columns: columns).enumerated() {
        drawable.text(
          line, x: window.content.x + 12, y: window.content.y + 8 + row * (font.height + 3), .body, 0x1A1A1A)
      }
    }
  }

  private func files() {
    let window = layout.files
    frame(window)
    let content = window.content
    let side = PixelRect(x: content.x, y: content.y, width: min(150, content.width / 3), height: content.height)
    var text = TextSource(seed: seed &+ 12)
    drawable.clipped(to: content) {
      drawable.fill(side, 0xEDF0F3)
      for (row, label) in ["Home", "Desktop", "Documents", "Music", "Pictures", "Videos", "Network"].enumerated() {
        if row == 2 {
          drawable.fill(PixelRect(x: side.x, y: side.y + 6 + row * 24, width: side.width, height: 22), 0xC6DAEE)
        }
        drawable.text(label, x: side.x + 14, y: side.y + 10 + row * 24, .label, 0x30363E)
      }
      for row in 0...(content.height / 22) {
        let y = content.y + row * 22
        if row % 2 == 1 {
          drawable.fill(PixelRect(x: side.maxX, y: y, width: content.maxX - side.maxX, height: 22), 0xF6F7F9)
        }
        drawable.fill(PixelRect(x: side.maxX + 10, y: y + 5, width: 14, height: 12), row % 3 == 0 ? 0xEBC062 : 0x9DB8D2)
        drawable.text(text.fileName(), x: side.maxX + 34, y: y + 5, .label, 0x1A1A1A)
        drawable.text("\(text.number(below: 900) + 10) kB", x: side.maxX + 300, y: y + 5, .label, 0x5A626C)
        drawable.text("2 May", x: side.maxX + 400, y: y + 5, .label, 0x5A626C)
      }
    }
  }

  private func terminal(active: Bool) {
    var window = layout.terminal
    window.isActive = active
    frame(window)
    let content = window.content
    var text = TextSource(seed: seed &+ 13)
    let height = drawable.connection.font(.label).height
    let rows = max(1, (content.height - 12) / height)
    drawable.clipped(to: content) {
      drawable.fill(content, LogView.background)
      for row in 0..<(rows - 1) {
        LogView.drawLine(text.logLine(), on: drawable, x: content.x + 6, y: content.y + 6 + row * height)
      }
      drawable.text("user@host:~/src$ ", x: content.x + 6, y: content.y + 6 + (rows - 1) * height, .labelBold, 0x8FD08A)
      drawable.fill(
        PixelRect(x: content.x + 6 + 17 * 7, y: content.y + 6 + (rows - 1) * height, width: 7, height: height),
        LogView.foreground)
    }
  }
}
