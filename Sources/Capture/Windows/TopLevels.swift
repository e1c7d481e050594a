import CX11
import Media

/// The children of the root as the server last reported them, from bottom to top, with their properties.
///
/// Kept up to date by events: an idle desktop costs nothing. With the events up to a reply processed, this is the state at the
/// time of the reply. Used by one thread only.
final class TopLevels {
  private(set) var entries: [Window: Entry] = [:]
  /// From bottom to top.
  private(set) var order: [Window] = []
  /// Incremented with every change of `entries` or `order`.
  private(set) var version = 0
  /// Incremented with every change of windows' properties, not of their positions.
  private(set) var identityVersion = 0
  /// Called with a window before its place, its shape or its mapping changes, and before it is removed; without an entry when
  /// it is added.
  var onChange: ((Window, Entry?) -> Void)?
  /// Called before a window is raised above others, with these from bottom to top.
  var onRaise: ((Window, ArraySlice<Window>) -> Void)?
  /// Called with a child of the root before it, or a client in it, is destroyed, and with the client.
  var onLoss: ((Window, Window) -> Void)?
  /// Called with a window before it ceases to be a child of the root.
  var onRemove: ((Window) -> Void)?
  /// Called after any window was destroyed: a new window may reuse its id.
  var onEnd: ((Window) -> Void)?
  /// Called with a frame before a client leaves it or is destroyed.
  var onEmpty: ((Window) -> Void)?
  /// Called after properties were read.
  var onRead: ((Window) -> Void)?

  let connection: XConnection
  let atoms: WindowAtoms
  let watches: Bool
  /// Windows whose properties have to be read, for the first time or again.
  private var unknown: Set<Window> = []
  /// Which properties changed since `beginObservation`.
  private var changes: [Window: Set<Atom>] = [:]
  /// Windows that may have had properties in between that neither the last reading nor the next one shows.
  private var uncertain: Set<Window> = []
  /// Windows that are gone, or whose client is, without an event for it yet.
  private var disappearing: Set<Window> = []
  /// Windows whose shape has to be read.
  private var unshaped: Set<Window> = []
  /// First event number of the Shape extension; nil where the server lacks it.
  let shapeEvent: Int32?
  /// Incremented when a window that is not a child of the root gets another shape.
  private(set) var innerShapeVersion = 0
  /// The windows in the window manager's `_NET_CLIENT_LIST`.
  private(set) var listed: Set<Window> = []
  /// The frame of each client that is in a window manager's frame.
  private var frames: [Window: Window] = [:]

  /// The most windows that are read between two pictures; the others stay unknown until later.
  private static let mostAtOnce = 64

  /// - Parameter watches: whether it follows events, or only shows the present state.
  init(_ connection: XConnection, watches: Bool) {
    self.connection = connection
    self.watches = watches
    atoms = WindowAtoms(connection)
    var (event, error) = (Int32(), Int32())
    shapeEvent = XShapeQueryExtension(connection.display, &event, &error) != 0 ? event : nil
    // Selected before the first query, so that no change in between is missed.
    if watches {
      XSelectInput(
        connection.display, connection.root, StructureNotifyMask | SubstructureNotifyMask | PropertyChangeMask)
    }
    listed = WindowProperties.listed(connection, atoms)
    for window in connection.children(of: connection.root) {
      order.append(window)
      entries[window] = query(window)
      unknown.insert(window)
      if watches { unshaped.insert(window) }
    }
    entries = entries.filter { $0.value.rect.width > 0 }
    order.removeAll { entries[$0] == nil }
    while hasUnknown { identify() }
    // Windows that a manager has taken over in the meantime.
    adoptListed()
    while hasUnknown { identify() }
  }

  // MARK: Events

  private static let structureEvents: Set<Int32> = [
    CreateNotify, DestroyNotify, UnmapNotify, MapNotify, ReparentNotify, ConfigureNotify, GravityNotify,
    CirculateNotify,
  ]

  /// The server's own windows have lower ids than those of clients, of which there are at most 2048. They are ignored: the
  /// overlay window that a compositing manager draws on lies above all others and hides none of them.
  private static let firstClientNumber: Window = 1 << 18

  /// Processes an event.
  /// - Returns: whether it changed anything here.
  func take(_ event: inout XEvent) -> Bool {
    let before = version
    // An event that a client sent may be untrue; the server itself reports all structure changes.
    if event.xany.send_event != 0, Self.structureEvents.contains(event.type) { return false }
    switch event.type {
    case CreateNotify
    where event.xcreatewindow.parent == connection.root && event.xcreatewindow.window >= Self.firstClientNumber:
      let created = event.xcreatewindow
      add(
        created.window,
        Entry(
          rect: Self.rect(created.x, created.y, created.width, created.height, created.border_width), isMapped: false,
          isOverrideRedirect: created.override_redirect != 0, isInputOnly: false,
          border: Int(created.border_width), client: created.window))
    case DestroyNotify:
      remove(event.xdestroywindow.window)
      onEnd?(event.xdestroywindow.window)
    case ReparentNotify: reparent(event.xreparent)
    case MapNotify: change(event.xmap.window) { $0.isMapped = true }
    case UnmapNotify: change(event.xunmap.window) { $0.isMapped = false }
    case GravityNotify:
      let moved = event.xgravity
      change(moved.window) { ($0.rect.x, $0.rect.y) = (Int(moved.x), Int(moved.y)) }
    case ConfigureNotify: configure(event.xconfigure)
    case CirculateNotify where event.xcirculate.event == connection.root:
      restack(event.xcirculate.window, toBottom: event.xcirculate.place == PlaceOnBottom)
    case PropertyNotify where event.xproperty.window == connection.root:
      if event.xproperty.atom == atoms["_NET_CLIENT_LIST"] {
        listed = WindowProperties.listed(connection, atoms)
        adoptListed()
      }
    case PropertyNotify where atoms.watched.contains(event.xproperty.atom):
      reread(owner(of: event.xproperty.window), event.xproperty.atom)
    case let type where type == shapeEvent: reshape(&event)
    default: break
    }
    return version != before
  }

  /// A window was reparented out of a frame, or into one. Where the root is concerned, only the root's event counts: the events
  /// of the window and of the frame may report the same change again later, when it is outdated.
  private func reparent(_ event: XReparentEvent) {
    let window = event.window
    if event.parent == connection.root {
      guard event.event == connection.root, var entry = query(window) else { return }
      // The event's position is that of this moment; the query's is a later one.
      (entry.rect.x, entry.rect.y) = (Int(event.x), Int(event.y))
      leaveFrame(window)
      add(window, entry)
      return
    }
    let frame = root(over: event.parent)
    let former = entries[window] != nil ? window : frames[window]
    if let frame, frame == former { return }
    if let frame, let former {
      // Assigned now, so that menus are matched to their window: the frame is read later, perhaps too late.
      if former != window { leaveFrame(window) }
      if let entry = entries[frame], entry.client != frame, entry.client != window {
        entries[frame]?.tabs[entry.client] = entry.properties ?? properties(of: entry.client)
      }
      entries[frame]?.client = window
      frames[window] = frame
    } else if former != window {
      leaveFrame(window)
    }
    // A frame that cannot be found any more counts as destroyed, and its client, too.
    if former == window { remove(window, isGone: frame == nil) }
    markUncertain(frame)
  }

  /// Finds the frames of listed windows that are in no known frame: a window without a name was not seen when it was reparented.
  private func adoptListed() {
    for window in listed where owner(of: window) == nil {
      guard let frame = root(over: window), let entry = entries[frame], entry.client != frame else { continue }
      entries[frame]?.tabs[window] = properties(of: window)
      frames[window] = frame
      markUncertain(frame)
    }
  }

  /// A window has another shape, which has to be read.
  private func reshape(_ event: inout XEvent) {
    let (window, kind) = withUnsafePointer(to: &event) {
      $0.withMemoryRebound(to: XShapeEvent.self, capacity: 1) { ($0.pointee.window, $0.pointee.kind) }
    }
    guard kind == ShapeBounding else { return }
    if entries[window] == nil {
      innerShapeVersion += 1
      version += 1
    } else {
      change(window) { $0.shape = .unknown }
      unshaped.insert(window)
    }
  }

  private func configure(_ event: XConfigureEvent) {
    // A window manager also sends its client's place, by an event of its own: only events for the root count.
    guard event.event == connection.root, entries[event.window] != nil else { return }
    change(event.window) {
      $0.rect = Self.rect(event.x, event.y, event.width, event.height, event.border_width)
      $0.border = Int(event.border_width)
      $0.isOverrideRedirect = event.override_redirect != 0
    }
    guard let index = order.firstIndex(of: event.window) else { return }
    if index == 0 ? event.above == 0 : order[index - 1] == event.above { return }
    guard event.above != 0 else { return put(event.window, from: index, above: nil) }
    guard let sibling = order.firstIndex(of: event.above) else { return reorder() }
    put(event.window, from: index, above: sibling)
  }

  private func restack(_ window: Window, toBottom: Bool) {
    change(window) { _ in }
    guard let index = order.firstIndex(of: window) else { return }
    put(window, from: index, above: toBottom ? nil : order.count - 1)
  }

  /// Restacks the window at `index` directly above the one at `sibling`; nil is the bottom.
  private func put(_ window: Window, from index: Int, above sibling: Int?) {
    if let sibling, sibling > index { onRaise?(window, order[(index + 1)...sibling]) }
    order.remove(at: index)
    order.insert(window, at: sibling.map { $0 > index ? $0 : $0 + 1 } ?? 0)
    version += 1
  }

  /// Reads the stacking order that the server has now; the order until then is not known. Windows that are gone without an event
  /// for it yet occlude nothing and are not occluded.
  private func reorder() {
    for (index, window) in order.enumerated() { onRaise?(window, order[(index + 1)...]) }
    let present = connection.children(of: connection.root).filter { entries[$0] != nil }
    order = present + Set(order).subtracting(present)
    version += 1
  }

  private func add(_ window: Window, _ entry: Entry) {
    remove(window, isGone: false)
    onChange?(window, nil)
    entries[window] = entry
    entries[window]?.freshSince = .now
    order.append(window)
    unknown.insert(window)
    if watches { unshaped.insert(window) }
    version += 1
    identityVersion += 1
  }

  /// - Parameter isGone: whether the window was destroyed, not only reparented.
  private func remove(_ window: Window, isGone: Bool = true) {
    guard let entry = entries[window] else {
      if isGone, let frame = frames[window] { onLoss?(frame, window) }
      leaveFrame(window)
      return
    }
    onChange?(window, entry)
    if isGone { onLoss?(window, entry.client) }
    onRemove?(window)
    entries[window] = nil
    if let index = order.lastIndex(of: window) { order.remove(at: index) }
    unknown.remove(window)
    unshaped.remove(window)
    changes[window] = nil
    uncertain.remove(window)
    disappearing.remove(window)
    for client in entry.clients.keys where frames[client] == window { frames[client] = nil }
    version += 1
  }

  /// Removes `client` from its frame.
  private func leaveFrame(_ client: Window) {
    guard let frame = frames.removeValue(forKey: client) else { return }
    onEmpty?(frame)
    entries[frame]?.tabs[client] = nil
    if entries[frame]?.client == client {
      let next = entries[frame]?.tabs.popFirst()
      entries[frame]?.client = next?.key ?? frame
      entries[frame]?.properties = next?.value
    }
    markUncertain(frame)
  }

  private func change(_ window: Window, _ body: (inout Entry) -> Void) {
    guard let entry = entries[window] else {
      // A client in its frame: its properties may have changed.
      if let owner = owner(of: window) { markUncertain(owner) }
      return
    }
    onChange?(window, entry)
    var changed = entry
    body(&changed)
    let isAppearing = changed.isMapped && !entry.isMapped
    if isAppearing || changed.rect.size != entry.rect.size { changed.freshSince = .now }
    // Property changes before it was mapped were not selected yet.
    if isAppearing {
      changed.properties = nil
      unknown.insert(window)
    }
    entries[window] = changed
    version += 1
    if isAppearing || changed.isOverrideRedirect != entry.isOverrideRedirect { identityVersion += 1 }
  }

  /// Has the properties of `window` read again; until then they may be outdated.
  private func markUncertain(_ window: Window?) {
    guard let window, entries[window] != nil else { return }
    unknown.insert(window)
    uncertain.insert(window)
    version += 1
    identityVersion += 1
  }

  /// A property of `window` has changed. The old value is known and the new one will be read, unless it changes again before.
  private func reread(_ window: Window?, _ property: Atom) {
    guard let window, entries[window] != nil else { return }
    unknown.insert(window)
    if !changes[window, default: []].insert(property).inserted { uncertain.insert(window) }
    version += 1
    identityVersion += 1
  }

  /// The child of the root that `client` is, or that a window manager reparented it into.
  func owner(of client: Window) -> Window? { entries[client] != nil ? client : frames[client] }

  // MARK: Queries

  /// Whether properties or shapes have to be read.
  var hasUnknown: Bool { !unknown.isEmpty || !unshaped.isEmpty }

  /// Whether `window` has, or may have had since `beginObservation`, properties that were not read.
  func isUncertain(_ window: Window) -> Bool {
    unknown.contains(window) || uncertain.contains(window) || disappearing.contains(window)
      || entries[window]?.properties == nil
  }

  /// Discards earlier changes whose new values have been read: these values apply to everything that the server does from now on.
  func beginObservation() {
    let settled = uncertain.subtracting(unknown)
    if !settled.isEmpty {
      uncertain.subtract(settled)
      identityVersion += 1
    }
    changes = changes.filter { unknown.contains($0.key) }
  }

  /// Reads missing properties and shapes, of at most `mostAtOnce` windows each.
  func identify() {
    for window in unknown.prefix(Self.mostAtOnce) {
      unknown.remove(window)
      guard let entry = entries[window] else { continue }
      // Selected before the queries, so that no later change is missed.
      watch(window, deeply: true)
      if entry.properties == nil, let fresh = query(window) {
        entries[window]?.isInputOnly = fresh.isInputOnly
        entries[window]?.format = fresh.format
      }
      guard let (client, properties, tabs) = read(window),
        client != window || entry.client == window
      else {
        // It is gone, or its client: the event for it follows, and the former properties hold until then.
        disappearing.insert(window)
        identityVersion += 1
        continue
      }
      disappearing.remove(window)
      if client != entry.client, entry.client != window, tabs[entry.client] == nil {
        onLoss?(window, entry.client)
        if frames[entry.client] == window { frames[entry.client] = nil }
      }
      for client in [client] + tabs.keys where client != window { frames[client] = window }
      entries[window]?.client = client
      entries[window]?.properties = properties
      entries[window]?.tabs = tabs
      onRead?(window)
      version += 1
      identityVersion += 1
    }
    for window in unshaped.prefix(Self.mostAtOnce) {
      unshaped.remove(window)
      guard let entry = entries[window] else { continue }
      // Selected before the query, as above.
      XShapeSelectInput(connection.display, window, UInt(ShapeNotifyMask))
      entries[window]?.shape = shape(of: window, border: entry.border)
      version += 1
    }
  }
}
