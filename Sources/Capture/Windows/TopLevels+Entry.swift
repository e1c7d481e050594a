import CX11
import Media

extension TopLevels {
  struct Entry {
    /// With its border, on the root.
    var rect: PixelRect
    var isMapped: Bool
    var isOverrideRedirect: Bool
    /// Without pixels.
    var isInputOnly: Bool
    /// The program's own window: this one, or one that a window manager put into it.
    var client: Window
    /// As last read; nil when they never were.
    var properties: WindowProperties?
  }
}

extension TopLevels.Entry {
  init(rect: PixelRect, isMapped: Bool, isOverrideRedirect: Bool, isInputOnly: Bool, client: Window) {
    self.init(
      rect: rect, isMapped: isMapped, isOverrideRedirect: isOverrideRedirect, isInputOnly: isInputOnly, client: client,
      properties: nil)
  }

  /// A menu, a tooltip or the like, that no window manager looks after. Frames of window managers say of themselves that
  /// nobody else should, and are none.
  var isMenu: Bool { isOverrideRedirect && properties?.isManaged != true }

  /// Something that people call a window: not a menu, a panel or a helper.
  var isWindow: Bool {
    guard let properties, !isInputOnly, !isMenu, !properties.isFurniture else { return false }
    return properties.isManaged || (isMapped && !(properties.title.isEmpty && properties.windowClass.isEmpty))
  }
}
