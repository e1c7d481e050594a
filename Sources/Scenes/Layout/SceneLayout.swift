import Media

/// Where the parts of each scene lie on a screen of any size.
struct SceneLayout {
  static let panelHeight = 40
  static let clockWidth = 92

  let screen: PixelSize

  /// The bar along the lower edge.
  var panel: PixelRect {
    let height = min(Self.panelHeight, screen.height)
    return PixelRect(x: 0, y: screen.height - height, width: screen.width, height: height)
  }

  /// The screen without the panel.
  var workArea: PixelRect { PixelRect(x: 0, y: 0, width: screen.width, height: max(1, panel.y)) }

  var clock: PixelRect {
    let width = min(Self.clockWidth, screen.width)
    return PixelRect(x: screen.width - width, y: panel.y + 10, width: width, height: max(1, panel.height - 20))
  }

  /// In the panel, beside the clock.
  var clockBarcode: PixelRect {
    placed(
      x: clock.x - Barcode.size.width - 6, y: panel.y + (Self.panelHeight - Barcode.size.height) / 2, Barcode.size)
  }

  /// The still windows of every desktop, lowest first.
  var documents: WindowFrame { WindowFrame(outer: part(0.05, 0.05, 0.44, 0.72), title: "minutes.txt - Text Editor") }
  var files: WindowFrame {
    WindowFrame(outer: part(0.52, 0.07, 0.42, 0.46), title: "Projects - Files", hasStatusBar: false)
  }
  var terminal: WindowFrame {
    WindowFrame(outer: part(0.36, 0.42, 0.50, 0.50), title: "build: Terminal", isActive: true)
  }

  var editor: WindowFrame {
    WindowFrame(outer: centred(0.66, 0.90), title: "chapter-3.txt - Text Editor", isActive: true, hasStatusBar: true)
  }

  var document: WindowFrame {
    WindowFrame(
      outer: centred(PixelSize(width: 1280, height: 960)), title: "Handbook - Document Viewer", isActive: true,
      hasStatusBar: true)
  }

  /// A player whose picture is 1280×720 where the screen is large enough.
  var player: WindowFrame {
    let size = PixelSize(
      width: 1280 + 2 * WindowFrame.border,
      height: 720 + WindowFrame.titleHeight + WindowFrame.statusHeight + WindowFrame.border)
    return WindowFrame(
      outer: centred(size), title: "A day in the hills - Player", isActive: true, hasStatusBar: true, isPlayer: true)
  }

  var busyEditor: WindowFrame {
    WindowFrame(outer: part(0.06, 0.03, 0.46, 0.90), title: "notes.txt - Text Editor", isActive: true)
  }
  var busyLog: WindowFrame { WindowFrame(outer: part(0.54, 0.03, 0.44, 0.48), title: "log: Terminal") }
  var busyPlayer: WindowFrame {
    let smallest = Barcode.size.width + 12
    var outer = part(0.58, 0.54, 0.27, 0.42)
    outer.width = min(screen.width - outer.x, max(outer.width, smallest))
    return WindowFrame(outer: outer, title: "stand-up - Player", hasStatusBar: true, isPlayer: true)
  }

  /// The window that flashes, and in it the barcode above the field.
  var flashWindow: PixelRect { centred(0.8, 0.8) }
  var flashBarcode: PixelRect { placed(x: flashWindow.x + 8, y: flashWindow.y + 8, Barcode.size) }
  var flashField: PixelRect {
    let top = flashBarcode.maxY + 8
    return PixelRect(x: flashWindow.x, y: top, width: flashWindow.width, height: max(2, flashWindow.maxY - top))
  }

  /// The size of the dragged window.
  var dragged: PixelSize {
    PixelSize(width: min(640, screen.width * 3 / 5).even, height: min(480, screen.height * 3 / 5).even)
  }

  /// Always inside the dragged window, and above the middle of the screen, where an unmoved pointer rests.
  var draggedBarcode: PixelRect {
    placed(
      x: (screen.width - Barcode.size.width) / 2, y: screen.height / 2 - Barcode.size.height - 24, Barcode.size)
  }

  /// In the lower left corner of the picture.
  var cornerBarcode: PixelRect { placed(x: 16, y: screen.height - Barcode.size.height - 16, Barcode.size) }

  /// A share of the work area, with even coordinates.
  private func part(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> PixelRect {
    let area = workArea
    return PixelRect(
      x: Int(Double(area.width) * x).even, y: Int(Double(area.height) * y).even,
      width: max(64, Int(Double(area.width) * width).even), height: max(80, Int(Double(area.height) * height).even))
  }

  private func centred(_ width: Double, _ height: Double) -> PixelRect {
    centred(
      PixelSize(width: Int(Double(workArea.width) * width).even, height: Int(Double(workArea.height) * height).even))
  }

  private func centred(_ size: PixelSize) -> PixelRect {
    let width = min(max(size.width, Barcode.size.width + 16), workArea.width)
    let height = min(size.height, workArea.height)
    return PixelRect(
      x: ((workArea.width - width) / 2).even, y: ((workArea.height - height) / 2).even, width: width, height: height)
  }

  /// Moved inside the screen if there is room, at even coordinates.
  private func placed(x: Int, y: Int, _ size: PixelSize) -> PixelRect {
    PixelRect(
      x: max(0, min(x, screen.width - size.width)).even, y: max(0, min(y, screen.height - size.height)).even,
      width: size.width, height: size.height)
  }
}

/// The geometry of a drawn window: title bar, content and an optional status bar.
struct WindowFrame: Hashable {
  static let titleHeight = 26
  static let statusHeight = 40
  static let border = 1

  var outer: PixelRect
  var title: String
  var isActive = false
  var hasStatusBar = false
  /// Whether the status bar is a player's: a button, the time and a still progress bar.
  var isPlayer = false

  var titleBar: PixelRect { PixelRect(x: outer.x, y: outer.y, width: outer.width, height: Self.titleHeight) }

  var statusBar: PixelRect {
    let height = hasStatusBar ? Self.statusHeight : 0
    return PixelRect(
      x: outer.x + Self.border, y: outer.maxY - Self.border - height, width: outer.width - 2 * Self.border,
      height: height)
  }

  var content: PixelRect {
    PixelRect(
      x: outer.x + Self.border, y: titleBar.maxY, width: outer.width - 2 * Self.border,
      height: max(1, statusBar.y - titleBar.maxY))
  }

  /// At the right of the status bar.
  var barcode: PixelRect {
    let size = Barcode.size
    let margin = (Self.statusHeight - size.height) / 2
    return PixelRect(
      x: (statusBar.maxX - size.width - 2 * margin).even, y: (statusBar.y + margin).even, width: size.width,
      height: size.height)
  }
}

extension Int {
  /// The nearest even number that is not greater.
  var even: Int { self & ~1 }
}
