import Media

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
