import Media

/// A surface's present place on the screen, and its parts that are on a monitor.
struct SurfaceLayout: Equatable {
  /// The picture's place and size, in the root window's coordinates.
  var area: PixelRect
  /// The parts that are on the screen and on a monitor, in the picture's coordinates; the rest is black. They may
  /// overlap, as mirrored monitors do.
  var visible: [PixelRect]

  var size: PixelSize { area.size }

  init(area: PixelRect, visible: [PixelRect]) {
    self.area = area
    self.visible = visible
  }

  /// The layout of `area` on a screen of `screen` pixels with `monitors`.
  init(area: PixelRect, screen: PixelSize, monitors: [DisplayMonitor]) {
    self.area = area
    var visible: [PixelRect] = []
    for monitor in monitors {
      let part = monitor.geometry.intersection(PixelRect(screen)).intersection(area)
        .relative(toX: area.x, y: area.y)
      guard !part.isEmpty, !visible.contains(where: { $0.contains(part) }) else { continue }
      visible.removeAll { part.contains($0) }
      visible.append(part)
    }
    self.visible = visible
  }
}

extension SurfaceLayout {
  /// All monitors together.
  static func desktop(screen: PixelSize, monitors: [DisplayMonitor]) -> SurfaceLayout {
    SurfaceLayout(area: PixelRect(screen), screen: screen, monitors: monitors)
  }

  /// One monitor: by its name, else its index, else its name as it may be written.
  /// - Returns: its layout and name.
  /// - Throws: `DisplayMediaError` with reason `surfaceNotFound`.
  static func monitor(
    _ wanted: String, screen: PixelSize, monitors: [DisplayMonitor]
  ) throws(DisplayMediaError) -> (layout: SurfaceLayout, name: String) {
    let monitor =
      monitors.first { $0.name == wanted } ?? Int(wanted).flatMap { n in monitors.first { $0.index == n } }
      ?? monitors.first { isWritten(wanted.lowercased(), $0.name.lowercased()) }
    let area = monitor?.geometry.intersection(PixelRect(screen))
    guard let monitor, let area, !area.isEmpty else { throw .noSuchMonitor(wanted, monitors) }
    return (SurfaceLayout(area: area, screen: screen, monitors: [monitor]), monitor.name)
  }

  /// The part of a rectangle that is on the screen.
  /// - Throws: `DisplayMediaError` with reason `surfaceNotFound` if none is.
  static func region(
    _ wanted: PixelRect, screen: PixelSize, monitors: [DisplayMonitor]
  ) throws(DisplayMediaError) -> SurfaceLayout {
    let area = wanted.intersection(PixelRect(screen))
    guard !area.isEmpty else { throw .regionOutside(wanted, screen) }
    return SurfaceLayout(area: area, screen: screen, monitors: monitors)
  }
}
