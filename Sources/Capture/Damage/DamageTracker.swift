import CX11
import Media

/// Where the screen or a window changed, as the server reports it (XDamage). Used by one thread only.
final class DamageTracker {
  /// The damage that was last taken, in the drawable's coordinates, inside the visible part of the area. The tracker owns it.
  let region: XserverRegion

  private let connection: XConnection
  /// The picture's place in the drawable.
  private let area: PixelRect
  private let visible: XserverRegion
  private let damage: Damage
  private var taken: UInt = 0

  /// Tracks a part of the root window.
  convenience init(_ connection: XConnection, _ layout: SurfaceLayout) {
    self.init(connection, connection.root, area: layout.area, visible: layout.visible)
  }

  /// - Parameters:
  ///   - area: the tracked part of `drawable`, in its coordinates.
  ///   - visible: the visible parts of `area`, relative to its corner.
  init(_ connection: XConnection, _ drawable: Drawable, area: PixelRect, visible: [PixelRect]) {
    self.connection = connection
    self.area = area
    let display = connection.display
    damage = XDamageCreate(display, drawable, Int32(XDamageReportNonEmpty))
    region = XFixesCreateRegion(display, nil, 0)
    var rects = visible.map { rect in
      XRectangle(
        x: Int16(clamping: area.x + rect.x), y: Int16(clamping: area.y + rect.y),
        width: UInt16(clamping: rect.width), height: UInt16(clamping: rect.height))
    }
    self.visible = XFixesCreateRegion(display, &rects, Int32(rects.count))
  }

  deinit {
    XDamageDestroy(connection.display, damage)
    XFixesDestroyRegion(connection.display, region)
    XFixesDestroyRegion(connection.display, visible)
  }

  /// Whether an event of `damage` with this `serial` reports damage that was not taken yet.
  func isUnseen(_ damage: Damage, serial: UInt) -> Bool { damage == self.damage && serial >= taken }

  /// Asks the server to move the damage so far into `region`; sent with the next request that waits.
  func takeIntoRegion() {
    taken = XNextRequest(connection.display)
    XDamageSubtract(connection.display, damage, 0, region)
    XFixesIntersectRegion(connection.display, region, region, visible)
  }

  /// Discards the damage so far.
  func discard() {
    taken = XNextRequest(connection.display)
    XDamageSubtract(connection.display, damage, 0, 0)
  }

  /// The damage so far, in the area's coordinates; nil once the server is gone.
  func take() -> DirtyRegion? {
    takeIntoRegion()
    return fetchRegion()
  }

  /// The contents of `region`, in the area's coordinates. One round trip.
  func fetchRegion() -> DirtyRegion? {
    var count = Int32()
    guard let rects = XFixesFetchRegion(connection.display, region, &count) else {
      return connection.isBroken ? nil : DirtyRegion()
    }
    defer { XFree(rects) }
    var result = DirtyRegion()
    // The rectangles of a region are sorted by rows: if there are more than 128, neighbours are joined before they are added.
    let group = (Int(count) + 127) / 128
    var pending = PixelRect(x: 0, y: 0, width: 0, height: 0)
    for index in 0..<Int(count) {
      let rect = rects[index]
      pending = pending.union(
        PixelRect(
          x: Int(rect.x) - area.x, y: Int(rect.y) - area.y, width: Int(rect.width),
          height: Int(rect.height)))
      if (index + 1) % group == 0 || index == Int(count) - 1 {
        result.add(pending)
        pending = PixelRect(x: 0, y: 0, width: 0, height: 0)
      }
    }
    return result
  }
}
