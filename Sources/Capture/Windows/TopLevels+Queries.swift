import CX11
import Media

/// Queries for what the server does not report by events.
extension TopLevels {
  /// Window managers put a client two or three levels deep; deeper windows are not read.
  private static var deepest: Int { 3 }
  private static var mostChildren: Int { 128 }
  private static var mostRects: Int { 4096 }

  /// The windows inside `window` that a window manager manages (several if it has tabs), and those that have a name, which it
  /// may be about to manage. From bottom to top, the managed ones last.
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

  /// The properties that `window` has from its program and from the window manager; nil if it is gone.
  func properties(of window: Window) -> WindowProperties? {
    var properties = WindowProperties(connection, window, atoms)
    // `_NET_CLIENT_LIST` may outlive its window manager, and a menu may reuse an id in it.
    properties?.isListed = listed.contains(window) && entries[window]?.isOverrideRedirect != true
    return properties
  }

  func query(_ window: Window) -> Entry? {
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

  /// The client in `window`, with others that a window manager keeps in it as tabs, and their properties; nil if `window` or its
  /// client is gone.
  func read(_ window: Window) -> (client: Window, properties: WindowProperties, tabs: [Window: WindowProperties])? {
    guard let own = properties(of: window), let entry = entries[window] else { return nil }
    // A client that was seen to be reparented into this frame need not be searched for.
    var known: (client: Window, properties: WindowProperties)?
    if entry.client != window {
      watch(entry.client, deeply: false)
      known = properties(of: entry.client).map { (entry.client, $0) }
    }
    var tabs = entry.tabs
    for (tab, former) in entry.tabs {
      watch(tab, deeply: false)
      // The event for a tab that is gone follows.
      tabs[tab] = properties(of: tab) ?? former
    }
    if let known, known.properties.isClient { return (known.client, known.properties, tabs) }
    let outer = known ?? (window, own)
    guard !own.isClient, !entry.isInputOnly else { return (outer.client, outer.properties, tabs) }
    var found = clients(in: window)
    // An unmanaged window's own name takes precedence over that of its children.
    guard let last = found.last, last.properties.isClient || (own.title.isEmpty && own.windowClass.isEmpty) else {
      return (outer.client, outer.properties, tabs)
    }
    for (client, _) in found { watch(client, deeply: false) }
    // Read again, now that their events are selected.
    found = found.compactMap { found in properties(of: found.window).map { (found.window, $0) } }
    guard let main = last.properties.isClient ? found.last : found.first else { return nil }
    // A client that was reparented into this frame is in it, even if the window manager does not list it yet.
    if let known { tabs[known.client] = known.properties }
    for (client, properties) in found { tabs[client] = properties }
    tabs[main.window] = nil
    return (main.window, main.properties, tabs)
  }

  /// Selects the events of `window`, whether or not it is a child of the root.
  /// - Returns: whether there is such a window.
  func watch(_ window: Window) -> Bool {
    watch(window, deeply: entries[window] != nil)
    return query(window) != nil
  }

  func watch(_ window: Window, deeply: Bool) {
    guard watches, window != connection.root else { return }
    XSelectInput(
      connection.display, window, PropertyChangeMask | StructureNotifyMask | (deeply ? SubstructureNotifyMask : 0))
  }

  /// The child of the root that contains `window`, or is `window`.
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
