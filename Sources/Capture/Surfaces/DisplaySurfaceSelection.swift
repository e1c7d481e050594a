public import Media

/// The part of a display to capture.
public enum DisplaySurfaceSelection: Sendable, Equatable {
  /// All monitors together, as they are laid out; the gaps between them are black.
  case desktop
  /// One monitor: its name, or its index in `DisplaySources.list`, from 0. A name takes precedence over an index.
  case monitor(String)
  /// One program's window, with its menus and dialogs in front of it; also where other windows cover it.
  case window(WindowSelection)
  /// A rectangle of the desktop in pixels. The part outside the desktop is cut off.
  case region(PixelRect)
}

extension DisplaySurfaceSelection {
  /// A window by what people write, as `WindowSelection.init(_:)` reads it: `"Work*"`, `"class:Gimp"`, `"0x1c00007"`.
  public static func window(_ text: String) -> Self { .window(WindowSelection(text) ?? .title(text)) }

  var displaySurface: DisplaySurface { if case .window = self { .window } else { .monitor } }
}
