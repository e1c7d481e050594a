import CX11
import Media

/// The window that is captured, with its menus and dialogs. Used by one thread only.
///
/// Its top level and those of its menus are redirected (XComposite), so that the server keeps all their pixels, also where
/// other windows cover them or the screen ends. Under a compositing manager, which has redirected them already, this costs
/// nothing more.
final class WindowTarget {
  /// The present state of the window.
  enum State {
    case gone
    /// Minimised, or on another workspace: without contents. The layout has its size and no visible part.
    case hidden(SurfaceLayout)
    case shown(SurfaceLayout)
  }

  /// The program's window.
  let client: Window
  let title: String
  let windowClass: String

  private let connection: XConnection
  private let tops: TopLevels
  private let relations: WindowRelations
  private let exclusions: ExclusionMask?
  private let decorations: Bool
  private let usesDamage: Bool
  private var outline: [Outline] = []
  private var redirected: Set<Window> = []
  /// When the last of them was redirected.
  private var lastRedirected = MediaTime.zero
  private var trackers: [Drawable: (size: PixelSize, area: PixelRect, damage: DamageTracker)] = [:]

  /// - Throws: `DisplayMediaError` unless there is exactly one such window, and it is not excluded.
  init(
    _ selection: WindowSelection, decorations: Bool, _ tops: TopLevels, _ connection: XConnection,
    _ exclusions: ExclusionMask?, usesDamage: Bool
  ) throws(DisplayMediaError) {
    self.connection = connection
    self.tops = tops
    self.exclusions = exclusions
    self.decorations = decorations
    self.usesDamage = usesDamage
    let relations = WindowRelations(tops, connection)
    self.relations = relations
    var (event, error, major, minor) = (Int32(), Int32(), Int32(), Int32())
    guard XCompositeQueryExtension(connection.display, &event, &error) != 0,
      XCompositeQueryVersion(connection.display, &major, &minor) != 0, (major, minor) >= (0, 2)
    else {
      throw .unsupported(
        "the X server has no Composite extension, without which no single window can be captured; capture its region")
    }
    let (window, entry) = try relations.window(selection)
    if let place = connection.place(of: decorations ? window : entry.client), place.format == nil {
      throw .unsupported("the window has its own colour palette, which cannot be captured; capture its region")
    }
    client = entry.client
    if tops.shapeEvent != nil { XShapeSelectInput(connection.display, client, UInt(ShapeNotifyMask)) }
    title = entry.properties?.title ?? ""
    windowClass = entry.properties?.windowClass ?? ""
    if let top, isMasked(top) { throw .excluded(title) }
  }

  deinit {
    for window in redirected { XCompositeUnredirectWindow(connection.display, window, CompositeRedirectAutomatic) }
    _ = connection.takeError()
  }

  /// The child of the root that the window is, or is in now.
  var top: Window? { tops.owner(of: client) }

  /// Since when the server has kept the pixels of the window and its menus at their present sizes. At first they are what the
  /// screen showed in their place.
  var freshSince: MediaTime {
    redirected.reduce(lastRedirected) { latest, window in max(latest, tops.entries[window]?.freshSince ?? .zero) }
  }

  private func isMasked(_ window: Window) -> Bool { exclusions?.isMasked(window) ?? false }

  /// Records all state that the picture's layers depend on: while it is the same, they need no new queries.
  /// - Returns: whether it has changed since the last call.
  func updateOutline() -> Bool {
    let fresh = currentOutline
    defer { outline = fresh }
    return fresh != outline
  }

  private var currentOutline: [Outline] {
    guard let top else { return [] }
    return ([top] + related(to: top)).map { window in
      Outline(
        window: window, rect: tops.entries[window]?.rect ?? PixelRect(x: 0, y: 0, width: 0, height: 0),
        isMapped: tops.entries[window]?.isMapped ?? false, isMasked: isMasked(window),
        shape: tops.entries[window]?.shape ?? .unknown, innerShapes: tops.innerShapeVersion,
        frameExtents: tops.entries[window]?.properties?.frameExtents ?? FrameExtents())
    }
  }

  private struct Outline: Equatable {
    var window: Window
    var rect: PixelRect
    var isMapped: Bool
    var isMasked: Bool
    var shape: TopLevels.Shape
    var innerShapes: Int
    var frameExtents: FrameExtents
  }

  /// Queries the window's state. Two round trips.
  func queryState() -> State {
    guard let drawable, let (inside, isViewable, _) = connection.place(of: drawable) else { return .gone }
    let area = margin(inside).inside(of: inside)
    let whole = PixelRect(area.size)
    return isViewable
      ? .shown(SurfaceLayout(area: area, visible: [whole])) : .hidden(SurfaceLayout(area: area, visible: []))
  }

  private var drawable: Window? { decorations ? top : client }

  /// The shadow in `drawable`, which lies at `inside` on the root: not part of the window. A frame may extend beyond it.
  private func margin(_ inside: PixelRect) -> FrameExtents {
    guard let top, var extents = tops.entries[top]?.properties?.frameExtents else { return FrameExtents() }
    guard decorations, top != client, let place = connection.place(of: client)?.inside else { return extents }
    if place.x > inside.x { extents.left = 0 }
    if place.y > inside.y { extents.top = 0 }
    if place.maxX < inside.maxX { extents.right = 0 }
    if place.maxY < inside.maxY { extents.bottom = 0 }
    return extents
  }

  /// The layers that the picture of `layout` is read from. Masked menus and dialogs get none.
  func layers(_ layout: SurfaceLayout) -> [PictureLayer] {
    guard let drawable, let top, let (place, _, format) = connection.place(of: drawable), let format else { return [] }
    redirect(top)
    var kept: Set<Window> = [top]
    let inside = place.relative(toX: layout.area.x, y: layout.area.y)
    let whole = PixelRect(layout.size)
    var layers = [
      PictureLayer(
        drawable: drawable, format: format, rect: inside.intersection(whole),
        shape: shape(of: drawable, at: inside, whole),
        originX: -inside.x, originY: -inside.y,
        damage: usesDamage ? tracker(drawable, place.size, in: layout, at: inside) : nil)
    ]
    var drawables: Set<Drawable> = [drawable]
    for window in related(to: top) where !isMasked(window) {
      guard let (inside, isViewable, format) = connection.place(of: window), isViewable, let format else { continue }
      redirect(window)
      kept.insert(window)
      drawables.insert(window)
      let rect = inside.relative(toX: layout.area.x, y: layout.area.y)
      layers.append(
        PictureLayer(
          drawable: window, format: format, rect: rect.intersection(whole), shape: shape(of: window, at: rect, whole),
          originX: -rect.x, originY: -rect.y,
          damage: usesDamage ? tracker(window, inside.size, in: layout, at: rect) : nil))
    }
    for window in redirected.subtracting(kept) {
      XCompositeUnredirectWindow(connection.display, window, CompositeRedirectAutomatic)
    }
    redirected.formIntersection(kept)
    trackers = trackers.filter { drawables.contains($0.key) }
    connection.synchronize()
    // A window may have been destroyed since; an event reports that.
    _ = connection.takeError()
    return layers
  }

  /// Whether `child`, the child of the root under the pointer, is this window or one of its menus and dialogs.
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
    lastRedirected = .now
    XCompositeRedirectWindow(connection.display, window, CompositeRedirectAutomatic)
  }

  /// The part of a picture's `whole` that a window at `place` fills; nil if it fills all of it.
  private func shape(of window: Window, at place: PixelRect, _ whole: PixelRect) -> ExactRegion? {
    let seen = place.intersection(whole)
    guard case .rects(let rects) = tops.shape(of: window, border: 0) else {
      return seen == whole ? nil : ExactRegion([seen])
    }
    let region = ExactRegion(rects.map { $0.relative(toX: -place.x, y: -place.y).intersection(seen) })
    return region.contains(whole) ? nil : region
  }

  /// The damage tracker of a window at `rect` of the picture, in the picture's coordinates.
  private func tracker(
    _ window: Window, _ size: PixelSize, in layout: SurfaceLayout, at rect: PixelRect
  ) -> DamageTracker {
    let area = PixelRect(x: -rect.x, y: -rect.y, width: layout.size.width, height: layout.size.height)
    if let known = trackers[window], known.size == size, known.area == area { return known.damage }
    let damage = DamageTracker(
      connection, window, area: area,
      visible: [rect.intersection(PixelRect(layout.size))].filter { !$0.isEmpty })
    trackers[window] = (size, area, damage)
    return damage
  }
}
