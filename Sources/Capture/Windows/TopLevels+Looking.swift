import CX11
import Media

/// What is asked of the server, and not told by it.
extension TopLevels {
  /// A window manager puts a client two or three levels deep; more is not looked at.
  private static var deepest: Int { 3 }
  private static var mostChildren: Int { 128 }
  private static var mostRects: Int { 4096 }

  /// The first window inside `window` that a window manager looks after, or else that has a name.
  func client(in window: Window, depth: Int) -> (window: Window, properties: WindowProperties)? {
    var named: (window: Window, properties: WindowProperties)?
    for child in connection.children(of: window).prefix(Self.mostChildren) {
      guard let own = properties(of: child) else { continue }
      if own.isClient { return (child, own) }
      let inner = depth + 1 < Self.deepest ? client(in: child, depth: depth + 1) : nil
      if let inner, inner.properties.isClient { return inner }
      let isNamed = !own.title.isEmpty || !own.windowClass.isEmpty
      named = named ?? (isNamed ? (child, own) : inner)
    }
    return named
  }

  /// What is said of `window`, by its program and by the window manager; nil when it is gone.
  func properties(of window: Window) -> WindowProperties? {
    var properties = WindowProperties(connection, window, atoms)
    // A list may outlive its window manager, and a menu get the number of what is in it.
    properties?.isListed = listed.contains(window) && entries[window]?.isOverrideRedirect != true
    return properties
  }

  func look(_ window: Window) -> Entry? {
    var attributes = XWindowAttributes()
    guard XGetWindowAttributes(connection.display, window, &attributes) != 0 else {
      _ = connection.takeError()
      return nil
    }
    return Entry(
      rect: Self.rect(attributes.x, attributes.y, attributes.width, attributes.height, attributes.border_width),
      isMapped: attributes.map_state != IsUnmapped, isOverrideRedirect: attributes.override_redirect != 0,
      isInputOnly: attributes.class == InputOnly, border: Int(attributes.border_width), client: window,
      format: PixelFormat(connection.display, attributes.visual, depth: Int(attributes.depth)))
  }

  /// The shape of `window` now. Two round trips, one where it is a rectangle.
  func shape(of window: Window, border: Int) -> Shape {
    guard shapeEvent != nil else { return .rectangle }
    var (isBounded, isClipped, count, order) = (Int32(), Int32(), Int32(), Int32())
    var (x, y, width, height) = (Int32(), Int32(), UInt32(), UInt32())
    var (clipX, clipY, clipWidth, clipHeight) = (Int32(), Int32(), UInt32(), UInt32())
    let status = XShapeQueryExtents(
      connection.display, window, &isBounded, &x, &y, &width, &height, &isClipped, &clipX, &clipY, &clipWidth,
      &clipHeight)
    guard status != 0, connection.takeError() == nil else { return .unknown }
    if isBounded == 0 { return .rectangle }
    let found = XShapeGetRectangles(connection.display, window, Int32(ShapeBounding), &count, &order)
    defer { if let found { XFree(found) } }
    guard connection.takeError() == nil, count <= Self.mostRects else { return .unknown }
    return .rects(
      UnsafeBufferPointer(start: found, count: found == nil ? 0 : Int(count)).map {
        PixelRect(x: Int($0.x) + border, y: Int($0.y) + border, width: Int($0.width), height: Int($0.height))
      })
  }

  static func rect(_ x: Int32, _ y: Int32, _ width: Int32, _ height: Int32, _ border: Int32) -> PixelRect {
    PixelRect(x: Int(x), y: Int(y), width: Int(width) + 2 * Int(border), height: Int(height) + 2 * Int(border))
  }
}
