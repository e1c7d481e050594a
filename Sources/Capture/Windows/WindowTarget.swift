import CX11
import Media

/// The window that is captured, with its menus and dialogs. Used by one thread only.
///
/// Its top level and those of its menus are redirected (XComposite), so that the server keeps all their pixels, also where
/// other windows cover them or the screen ends. Where a compositing manager has done so already, it costs nothing more.
final class WindowTarget {
  /// How the window is now.
  enum State {
    case gone
    /// Minimised, or on another desktop: without contents. The layout is that of its size, with nothing visible.
    case hidden(SurfaceLayout)
    case shown(SurfaceLayout)
  }

  /// The program's window.
  let client: Window
  let title: String

  private let connection: XConnection
  private let tops: TopLevels
  private let relations: WindowRelations
  private let decorations: Bool
  private var redirected: Set<Window> = []
  private var trackers: [Drawable: (size: PixelSize, damage: DamageTracker)] = [:]

  /// - Throws: `DisplayMediaError` unless there is just one such window.
  init(
    _ selection: WindowSelection, decorations: Bool, _ tops: TopLevels, _ connection: XConnection
  ) throws(DisplayMediaError) {
    self.connection = connection
    self.tops = tops
    self.decorations = decorations
    let relations = WindowRelations(tops, connection)
    self.relations = relations
    var (event, error, major, minor) = (Int32(), Int32(), Int32(), Int32())
    guard XCompositeQueryExtension(connection.display, &event, &error) != 0,
      XCompositeQueryVersion(connection.display, &major, &minor) != 0, (major, minor) >= (0, 2)
    else {
      throw .unsupported(
        "the X server has no Composite extension, without which no single window can be captured; capture its region")
    }
    let found = tops.order.filter { window in
      if case .id = selection { return relations.matches(window, selection) }
      return tops.entries[window]?.isWindow == true && relations.matches(window, selection)
    }
    guard let window = found.first, found.count == 1, let entry = tops.entries[window] else {
      throw .noSuchWindow(selection, matches: Self.list(found, tops), all: Self.list(tops.order, tops))
    }
    client = entry.client
    title = entry.properties?.title ?? ""
  }

  deinit {
    for window in redirected { XCompositeUnredirectWindow(connection.display, window, CompositeRedirectAutomatic) }
    _ = connection.takeError()
  }

  private static func list(_ windows: [Window], _ tops: TopLevels) -> [DisplayWindow] {
    windows.compactMap { tops.window($0) }.reversed()
  }

  /// The child of the root that the window is, or lies in now.
  var top: Window? { tops.owner(of: client) }

  /// Everything on the root that decides what the picture is read from: unless it differs, nothing has to be looked up.
  func outline(isHidden: (Window) -> Bool) -> [Outline] {
    guard let top else { return [] }
    return ([top] + related(to: top)).map { window in
      Outline(
        window: window, rect: tops.entries[window]?.rect ?? PixelRect(x: 0, y: 0, width: 0, height: 0),
        isMapped: tops.entries[window]?.isMapped ?? false, isHidden: isHidden(window))
    }
  }

  struct Outline: Equatable {
    var window: Window
    var rect: PixelRect
    var isMapped: Bool
    var isHidden: Bool
  }

  /// Asks how the window is. Two round trips.
  func look() -> State {
    guard let drawable, let (inside, isViewable, _) = connection.place(of: drawable) else { return .gone }
    let whole = PixelRect(inside.size)
    return isViewable
      ? .shown(SurfaceLayout(area: inside, visible: [whole])) : .hidden(SurfaceLayout(area: inside, visible: []))
  }

  private var drawable: Window? { decorations ? top : client }

  /// What the picture of `layout` is read from.
  /// - Parameter isHidden: says which windows nobody may see.
  func layers(_ layout: SurfaceLayout, usesDamage: Bool, isHidden: (Window) -> Bool) -> [PictureLayer] {
    guard let drawable, let top, let (_, _, depth) = connection.place(of: drawable) else { return [] }
    redirect(top)
    var kept: Set<Window> = [top]
    var layers = [
      PictureLayer(
        drawable: drawable, depth: depth, rect: PixelRect(layout.size), originX: 0, originY: 0,
        damage: usesDamage ? tracker(drawable, layout.size) : nil)
    ]
    var drawables: Set<Drawable> = [drawable]
    for window in related(to: top) where !isHidden(window) {
      guard let (inside, isViewable, depth) = connection.place(of: window), isViewable else { continue }
      redirect(window)
      kept.insert(window)
      drawables.insert(window)
      let rect = inside.relative(toX: layout.area.x, y: layout.area.y)
      layers.append(
        PictureLayer(
          drawable: window, depth: depth, rect: rect.intersection(PixelRect(layout.size)), originX: -rect.x,
          originY: -rect.y, damage: usesDamage ? tracker(window, inside.size, in: layout, at: rect) : nil))
    }
    for window in redirected.subtracting(kept) {
      XCompositeUnredirectWindow(connection.display, window, CompositeRedirectAutomatic)
    }
    redirected.formIntersection(kept)
    trackers = trackers.filter { drawables.contains($0.key) }
    connection.synchronize()
    // A window may have gone since; that is told by an event.
    _ = connection.takeError()
    return layers
  }

  /// Whether the pointer at `child`, a child of the root, is over this window or what belongs to it.
  func isUnderPointer(_ child: Window) -> Bool { redirected.contains(child) }

  /// Menus and dialogs of the window that are in front of it, from bottom to top.
  private func related(to top: Window) -> [Window] {
    guard let place = tops.order.firstIndex(of: top) else { return [] }
    let groups = relations.groups(of: [top])
    let program = relations.program(of: client)
    return tops.order[(place + 1)...].filter { window in
      guard let entry = tops.entries[window], entry.isMapped, !entry.isInputOnly, entry.properties != nil else {
        return false
      }
      if relations.isDependent(window, on: [top], groups: groups) { return true }
      return entry.isMenu && entry.properties?.transientFor == nil
        && relations.program(of: entry.client) == program
    }
  }

  private func redirect(_ window: Window) {
    guard redirected.insert(window).inserted else { return }
    XCompositeRedirectWindow(connection.display, window, CompositeRedirectAutomatic)
  }

  private func tracker(_ drawable: Drawable, _ size: PixelSize) -> DamageTracker {
    if let known = trackers[drawable], known.size == size { return known.damage }
    let whole = PixelRect(size)
    let damage = DamageTracker(connection, drawable, area: whole, visible: [whole])
    trackers[drawable] = (size, damage)
    return damage
  }

  /// Of a menu, whose place in the picture is in what it tells.
  private func tracker(
    _ window: Window, _ size: PixelSize, in layout: SurfaceLayout, at rect: PixelRect
  ) -> DamageTracker {
    DamageTracker(
      connection, window, area: PixelRect(x: -rect.x, y: -rect.y, width: layout.size.width, height: layout.size.height),
      visible: [rect.intersection(PixelRect(layout.size))].filter { !$0.isEmpty })
  }
}

extension TopLevels {
  /// A child of the root as people see it; nil when it is no window to them.
  func window(_ window: Window) -> DisplayWindow? {
    guard let entry = entries[window], entry.isWindow, let properties = entry.properties else { return nil }
    return DisplayWindow(
      id: UInt32(truncatingIfNeeded: entry.client), title: properties.title, windowClass: properties.windowClass,
      process: properties.process, geometry: connection.place(of: entry.client)?.inside ?? entry.rect,
      isMinimised: properties.isIconic || !entry.isMapped)
  }
}
