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
  init(_ connection: Connection, seed: UInt64, windows: [WindowFrame] = [], still: Bool = true, isActive: Bool = true) {
    let layout = SceneLayout(screen: connection.screen)
    self.layout = layout
    window = Window(connection, rect: PixelRect(connection.screen), colour: 0x3C6E91)
    window.setBackground { canvas in
      let painter = DesktopPainter(canvas: canvas, layout: layout, seed: seed)
      painter.wallpaper()
      if still { painter.stillWindows(active: isActive && windows.isEmpty) }
      for frame in windows { painter.frame(frame) }
      painter.panel(titles: (still ? [layout.documents, layout.files, layout.terminal] : []) + windows)
    }
    window.show()
  }
}
