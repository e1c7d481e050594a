import Media

/// The still part of every scene: wallpaper, icons, windows and the panel. The server keeps it as the background of one
/// window over the whole screen.
struct Desktop {
  static let panelColour: Colour = 0x2B303B

  let window: Window
  let layout: SceneLayout

  /// - Parameter windows: frames to draw above the still windows, lowest first; their contents are left white.
  /// - Parameter still: whether the desktop's own windows are there.
  /// - Parameter isActive: whether the uppermost of them has the focus where there are no others.
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
