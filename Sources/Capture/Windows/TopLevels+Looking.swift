import CX11
import Media

/// What is asked of the server, and not told by it.
extension TopLevels {
  /// A window manager puts a client two or three levels deep; more is not looked at.
  private static var deepest: Int { 3 }
  private static var mostChildren: Int { 128 }
  private static var mostRects: Int { 4096 }

  /// The windows inside `window` that a window manager looks after, several where it has tabs, or that have a name: it may be
  /// about to look after them. From bottom to top, those that it looks after last.
  private func clients(in window: Window, depth: Int = 0) -> [(window: Window, properties: WindowProperties)] {
    var named: [(window: Window, properties: WindowProperties)] = []
    var managed: [(window: Window, properties: WindowProperties)] = []
    for child in connection.children(of: window).prefix(Self.mostChildren) {
      guard let own = properties(of: child) else { continue }
      if own.isClient {
        managed.append((child, own))
      } else if !own.title.isEmpty || !own.windowClass.isEmpty {
        named.append((child, own))
      } else if depth + 1 < Self.deepest {
        let inner = clients(in: child, depth: depth + 1)
        named += inner.filter { !$0.properties.isClient }
        managed += inner.filter(\.properties.isClient)
      }
    }
    return named + managed
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

  /// The program's own window in `window`, with others that a window manager keeps in it as tabs, and what is said of them;
  /// nil when either is gone.
  func read(_ window: Window) -> (client: Window, properties: WindowProperties, tabs: [Window: WindowProperties])? {
    guard let own = properties(of: window), let entry = entries[window] else { return nil }
    // Where a window manager was seen to put them in here, nothing has to be looked for.
    var known: (client: Window, properties: WindowProperties)?
    if entry.client != window {
      watch(entry.client, deeply: false)
      known = properties(of: entry.client).map { (entry.client, $0) }
    }
    var tabs = entry.tabs
    for (tab, former) in entry.tabs {
      watch(tab, deeply: false)
      // Of one that is gone, that will be told in its turn.
      tabs[tab] = properties(of: tab) ?? former
    }
    if let known, known.properties.isClient { return (known.client, known.properties, tabs) }
    let outer = known ?? (window, own)
    guard !own.isClient, !entry.isInputOnly else { return (outer.client, outer.properties, tabs) }
    var found = clients(in: window)
    // Of a window without a manager its own name counts before that of its parts.
    guard let last = found.last, last.properties.isClient || (own.title.isEmpty && own.windowClass.isEmpty) else {
      return (outer.client, outer.properties, tabs)
    }
    for (client, _) in found { watch(client, deeply: false) }
    // Again, now that changes are told.
    found = found.compactMap { found in properties(of: found.window).map { (found.window, $0) } }
    guard let main = last.properties.isClient ? found.last : found.first else { return nil }
    // One that was put in here is in here, even if the window manager does not say yet that it looks after it.
    if let known { tabs[known.client] = known.properties }
    for (client, properties) in found { tabs[client] = properties }
    tabs[main.window] = nil
    return (main.window, main.properties, tabs)
  }

  /// Asks to be told what becomes of `window`, wherever it is.
  /// - Returns: whether there is such a window.
  func watch(_ window: Window) -> Bool {
    watch(window, deeply: entries[window] != nil)
    return look(window) != nil
  }

  func watch(_ window: Window, deeply: Bool) {
    guard watches, window != connection.root else { return }
    XSelectInput(
      connection.display, window, PropertyChangeMask | StructureNotifyMask | (deeply ? SubstructureNotifyMask : 0))
  }

  /// The child of the root that `window` lies in, or is.
  func root(over window: Window) -> Window? {
    var window = window
    for _ in 0..<16 {
      if entries[window] != nil { return window }
      guard let parent = connection.tree(of: window)?.parent, parent != 0, parent != connection.root else { return nil }
      window = parent
    }
    return nil
  }
}
