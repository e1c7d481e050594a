import CX11
import Media

extension TopLevels {
  struct Entry {
    /// With its border, in the root's coordinates.
    var rect: PixelRect
    var isMapped: Bool
    var isOverrideRedirect: Bool
    /// Whether its class is `InputOnly`: it has no pixels.
    var isInputOnly: Bool
    /// The border's width, which `rect` includes.
    var border: Int
    /// The program's own window: this one, or one that a window manager put into it.
    var client: Window
    /// The part of `rect` that it fills.
    var shape = Shape.unknown
    /// When it was last mapped or resized: until its program has drawn, it shows the former pixels of the screen.
    var freshSince = MediaTime.zero
    /// Nil if it is not known, or for a palette.
    var format: PixelFormat?
    /// As last read; nil before the first reading.
    var properties: WindowProperties?
    /// Other programs' windows that a window manager keeps in the same frame, as tabs.
    var tabs: [Window: WindowProperties] = [:]
  }

  /// A window's bounding shape. Source: Shape Extension, `ShapeGetRectangles`.
  enum Shape: Equatable {
    /// Not read yet, changed since, or of too many rectangles.
    case unknown
    case rectangle
    /// Relative to the upper left corner of the border.
    case rects([PixelRect])
  }
}

extension TopLevels.Entry {
  /// A menu, a tooltip or the like, which no window manager manages. A window manager's frames are override-redirect, too, but
  /// are not menus.
  var isMenu: Bool { isOverrideRedirect && properties?.isClient != true }

  /// The clients in it, or only itself, with their properties.
  var clients: [Window: WindowProperties?] {
    var clients: [Window: WindowProperties?] = tabs
    clients.updateValue(properties, forKey: client)
    return clients
  }

  /// The region of the root that it fills; nil if it is not known.
  var region: ExactRegion? {
    switch shape {
    case .unknown: nil
    case .rectangle: ExactRegion([rect])
    case .rects(let rects): ExactRegion(rects.map { $0.relative(toX: -rect.x, y: -rect.y).intersection(rect) })
    }
  }

  /// Whether it is a window to its user: not a menu, a panel or a helper.
  var isWindow: Bool {
    guard let properties, !isInputOnly, !isMenu, !properties.isFurniture else { return false }
    return properties.isClient || (isMapped && !(properties.title.isEmpty && properties.windowClass.isEmpty))
  }
}
