import CX11
import Media

/// The windows right under the root as the server last told, from bottom to top, with what their programs say of them.
///
/// Kept by events: a still desktop costs nothing, and what has come up to a reply is what held when the server answered.
/// Used by one thread only.
final class TopLevels {
  private(set) var entries: [Window: Entry] = [:]
  /// From bottom to top.
  private(set) var order: [Window] = []
  /// Grows with every change of `entries` or `order`.
  private(set) var version = 0
  /// Grows with every change of what windows are, not of where they are.
  private(set) var identityVersion = 0
  /// Called with a window before its place, its shape or whether it is mapped changes, and before it goes; with no entry
  /// when it comes.
  var onChange: ((Window, Entry?) -> Void)?
  /// Called before a window comes to lie above others that were above it, from bottom to top.
  var onRaise: ((Window, ArraySlice<Window>) -> Void)?
  /// Called with a window before it, or a client in it, is no more, and with which of them.
  var onLoss: ((Window, Window) -> Void)?
  /// Called with a window before it is none of the root's any more.
  var onRemove: ((Window) -> Void)?
  /// Called once a window is no more, wherever it was: one that is made now may have its number.
  var onEnd: ((Window) -> Void)?
  /// Called with a frame before a client leaves it, or is no more.
  var onEmpty: ((Window) -> Void)?
  /// Called when properties were read.
  var onRead: ((Window) -> Void)?

  let connection: XConnection
  let atoms: WindowAtoms
  let watches: Bool
  /// Those whose properties have to be read, for the first time or again.
  private var unknown: Set<Window> = []
  /// Which properties changed since `settle`.
  private var changes: [Window: Set<Atom>] = [:]
  /// Those that may have been something in between that neither the last reading nor the next tells.
  private var uncertain: Set<Window> = []
  /// Those that are gone, or whose client is, though no event has said so yet.
  private var vanishing: Set<Window> = []
  /// Those whose shape has to be asked for.
  private var unshaped: Set<Window> = []
  /// First event number of the Shape extension; nil where the server lacks it.
  let shapeEvent: Int32?
  /// Grows when a window that is none of the root's gets another shape.
  private(set) var innerShapeVersion = 0
  /// Those that the window manager has in its list.
  private(set) var listed: Set<Window> = []
  /// The windows that are a client in a window manager's frame, with that frame.
  private var frames: [Window: Window] = [:]

  /// Windows that are looked at between two pictures; the others wait, unknown.
  private static let mostAtOnce = 64

  /// - Parameter watches: whether it follows events, or only tells how things are.
  init(_ connection: XConnection, watches: Bool) {
    self.connection = connection
    self.watches = watches
    atoms = WindowAtoms(connection)
    var (event, error) = (Int32(), Int32())
    shapeEvent = XShapeQueryExtension(connection.display, &event, &error) != 0 ? event : nil
    // Asked for before the first look, so that no change in between goes unnoticed.
    if watches {
      XSelectInput(
        connection.display, connection.root, StructureNotifyMask | SubstructureNotifyMask | PropertyChangeMask)
    }
    listed = WindowProperties.listed(connection, atoms)
    for window in connection.children(of: connection.root) {
      order.append(window)
      entries[window] = look(window)
      unknown.insert(window)
      if watches { unshaped.insert(window) }
    }
    entries = entries.filter { $0.value.rect.width > 0 }
    order.removeAll { entries[$0] == nil }
    while hasUnknown { identify() }
    // Those that have come to be looked after meanwhile.
    adoptListed()
    while hasUnknown { identify() }
  }

  // MARK: Events

  private static let structureEvents: Set<Int32> = [
    CreateNotify, DestroyNotify, UnmapNotify, MapNotify, ReparentNotify, ConfigureNotify, GravityNotify,
    CirculateNotify,
  ]

  /// The server's own windows have lower numbers than clients', of which there are 2048 at the most: the overlay that a
  /// compositing manager draws on, above all, covers nothing that is not seen through it.
  private static let firstClientNumber: Window = 1 << 18

  /// Takes an event.
  /// - Returns: whether it changed anything here.
  func take(_ event: inout XEvent) -> Bool {
    let before = version
    // What a client sends may be untrue; the server itself tells all that counts here.
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

  /// A window came out of a frame, or went into one. Of what concerns the root, its own word counts alone: the window and the
  /// frame may tell the same a second and a third time, when it is not news any more.
  private func reparent(_ event: XReparentEvent) {
    let window = event.window
    if event.parent == connection.root {
      guard event.event == connection.root, var entry = look(window) else { return }
      // The event holds for this moment, the look for a later one.
      (entry.rect.x, entry.rect.y) = (Int(event.x), Int(event.y))
      leaveFrame(window)
      add(window, entry)
      return
    }
    let frame = root(over: event.parent)
    let former = entries[window] != nil ? window : frames[window]
    if let frame, frame == former { return }
    if let frame, let former {
      // Whose menus are whose is known before the frame has been looked at, which may be too late.
      if former != window { leaveFrame(window) }
      if let entry = entries[frame], entry.client != frame, entry.client != window {
        entries[frame]?.tabs[entry.client] = entry.properties ?? properties(of: entry.client)
      }
      entries[frame]?.client = window
      frames[window] = frame
    } else if former != window {
      leaveFrame(window)
    }
    // A frame that cannot be found any more is as good as gone, and its client with it.
    if former == window { remove(window, isGone: frame == nil) }
    doubt(frame)
  }

  /// Looks for windows that the manager says it looks after, and that are in no frame that is known: one without a name was not
  /// seen to go into it.
  private func adoptListed() {
    for window in listed where owner(of: window) == nil {
      guard let frame = root(over: window), let entry = entries[frame], entry.client != frame else { continue }
      entries[frame]?.tabs[window] = properties(of: window)
      frames[window] = frame
      doubt(frame)
    }
  }

  /// A window has another shape, which has to be asked for.
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
    // A window manager tells its client's place too, by an event of its own: only the root's children count.
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

  /// Restacks the window at `index` right above the one at `sibling`; nil is the bottom.
  private func put(_ window: Window, from index: Int, above sibling: Int?) {
    if let sibling, sibling > index { onRaise?(window, order[(index + 1)...sibling]) }
    order.remove(at: index)
    order.insert(window, at: sibling.map { $0 > index ? $0 : $0 + 1 } ?? 0)
    version += 1
  }

  /// Takes the order that the server has now: what lay above what until then is not known. Windows that are gone, though no
  /// event has said so yet, cover nothing and are not covered.
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

  /// - Parameter isGone: whether the window is no more, and not only elsewhere.
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
    vanishing.remove(window)
    for client in entry.clients.keys where frames[client] == window { frames[client] = nil }
    version += 1
  }

  /// Forgets that `client` is in a frame.
  private func leaveFrame(_ client: Window) {
    guard let frame = frames.removeValue(forKey: client) else { return }
    onEmpty?(frame)
    entries[frame]?.tabs[client] = nil
    if entries[frame]?.client == client {
      let next = entries[frame]?.tabs.popFirst()
      entries[frame]?.client = next?.key ?? frame
      entries[frame]?.properties = next?.value
    }
    doubt(frame)
  }

  private func change(_ window: Window, _ body: (inout Entry) -> Void) {
    guard let entry = entries[window] else {
      // A client in its frame: what it shows may have changed.
      if let owner = owner(of: window) { doubt(owner) }
      return
    }
    onChange?(window, entry)
    var changed = entry
    body(&changed)
    let isAppearing = changed.isMapped && !entry.isMapped
    if isAppearing || changed.rect.size != entry.rect.size { changed.freshSince = .now }
    // What was said of it before it came on the screen was not watched yet.
    if isAppearing {
      changed.properties = nil
      unknown.insert(window)
    }
    entries[window] = changed
    version += 1
    if isAppearing || changed.isOverrideRedirect != entry.isOverrideRedirect { identityVersion += 1 }
  }

  /// What is known of `window` may not hold any more.
  private func doubt(_ window: Window?) {
    guard let window, entries[window] != nil else { return }
    unknown.insert(window)
    uncertain.insert(window)
    version += 1
    identityVersion += 1
  }

  /// A property of `window` is another now. Both values will be known, unless it changes once more before it is read.
  private func reread(_ window: Window?, _ property: Atom) {
    guard let window, entries[window] != nil else { return }
    unknown.insert(window)
    if !changes[window, default: []].insert(property).inserted { uncertain.insert(window) }
    version += 1
    identityVersion += 1
  }

  /// The child of the root that `client` is, or that a window manager put it into.
  func owner(of client: Window) -> Window? { entries[client] != nil ? client : frames[client] }

  // MARK: Questions

  /// Whether anything has to be read.
  var hasUnknown: Bool { !unknown.isEmpty || !unshaped.isEmpty }

  /// Whether `window` may be, or may have been since `settle`, something that is not known.
  func isDoubtful(_ window: Window) -> Bool {
    unknown.contains(window) || uncertain.contains(window) || vanishing.contains(window)
      || entries[window]?.properties == nil
  }

  /// From now on changes count anew: what was read before holds for everything that the server does after this.
  func settle() {
    let settled = uncertain.subtracting(unknown)
    if !settled.isEmpty {
      uncertain.subtract(settled)
      identityVersion += 1
    }
    changes = changes.filter { unknown.contains($0.key) }
  }

  /// Asks for what is not known, of a bounded number of windows.
  func identify() {
    for window in unknown.prefix(Self.mostAtOnce) {
      unknown.remove(window)
      guard let entry = entries[window] else { continue }
      // Asked for before the questions, so that no later change goes unnoticed.
      watch(window, deeply: true)
      if entry.properties == nil, let fresh = look(window) {
        entries[window]?.isInputOnly = fresh.isInputOnly
        entries[window]?.format = fresh.format
      }
      guard let (client, properties, tabs) = read(window),
        client != window || entry.client == window
      else {
        // It is gone, or its client: that will be told in its turn, and what was known holds until then.
        vanishing.insert(window)
        identityVersion += 1
        continue
      }
      vanishing.remove(window)
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
      // Selected before the question, as above.
      XShapeSelectInput(connection.display, window, UInt(ShapeNotifyMask))
      entries[window]?.shape = shape(of: window, border: entry.border)
      version += 1
    }
  }
}
