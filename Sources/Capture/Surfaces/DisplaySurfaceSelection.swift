public import Media

/// Which part of a display is asked for.
public enum DisplaySurfaceSelection: Sendable, Equatable {
  /// All monitors together, as they are laid out; what lies between them is black.
  case desktop
  /// One monitor: its name, or its number as `DisplaySources.list` counts, from 0. A name wins over a number.
  case monitor(String)
  /// One program's window, with its menus and dialogs in front of it; also where other windows cover it.
  case window(WindowSelection)
  /// A rectangle of the desktop in pixels. What lies outside the desktop is cut off.
  case region(PixelRect)
}

extension DisplaySurfaceSelection {
  var displaySurface: DisplaySurface { if case .window = self { .window } else { .monitor } }
}
