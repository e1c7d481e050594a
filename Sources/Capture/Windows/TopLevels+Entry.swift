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
    /// The border's width, which counts in `rect`.
    var border: Int
    /// The program's own window: this one, or one that a window manager put into it.
    var client: Window
    /// What of `rect` it fills.
    var shape = Shape.unknown
    /// When it last came on the screen, or got another size: until its program has drawn, it shows what was there before.
    var freshSince = MediaTime.zero
    /// How its pixels are stored; nil where that is not known, or they are a palette's.
    var format: PixelFormat?
    /// As last read; nil when they never were.
    var properties: WindowProperties?
    /// Other programs' windows that a window manager keeps in the same frame, as tabs.
    var tabs: [Window: WindowProperties] = [:]
  }

  /// A window's bounding shape. Source: Shape Extension, `ShapeGetRectangles`.
  enum Shape: Equatable {
    /// Not asked for yet, changed since, or of more rectangles than are looked at.
    case unknown
    case rectangle
    /// From the upper left corner of the border.
    case rects([PixelRect])
  }
}

extension TopLevels.Entry {
  /// A menu, a tooltip or the like, that no window manager looks after. Frames of window managers say of themselves that
  /// nobody else should, and are none.
  var isMenu: Bool { isOverrideRedirect && properties?.isClient != true }

  /// The programs' windows in it, or it alone, with what is known of them.
  var clients: [Window: WindowProperties?] {
    var clients: [Window: WindowProperties?] = tabs
    clients.updateValue(properties, forKey: client)
    return clients
  }

  /// What it fills on the root; nil where that is not known.
  var region: ExactRegion? {
    switch shape {
    case .unknown: nil
    case .rectangle: ExactRegion([rect])
    case .rects(let rects): ExactRegion(rects.map { $0.relative(toX: -rect.x, y: -rect.y).intersection(rect) })
    }
  }

  /// Something that people call a window: not a menu, a panel or a helper.
  var isWindow: Bool {
    guard let properties, !isInputOnly, !isMenu, !properties.isFurniture else { return false }
    return properties.isClient || (isMapped && !(properties.title.isEmpty && properties.windowClass.isEmpty))
  }
}
