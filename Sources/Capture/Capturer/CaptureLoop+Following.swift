import CX11
import Media

/// Updates the surface when its window or the layout of the monitors changes.
extension CaptureLoop {
  /// Applies the present state of the captured window.
  /// - Returns: whether the window exists.
  func followWindow(_ target: WindowTarget) -> Bool {
    let usesDamage = extensions.damageEvent != nil
    let layout: SurfaceLayout
    switch target.queryState() {
    case .gone: return false
    case .hidden:
      if !isMuted { control.events.send(.muted) }
      isMuted = true
      return true
    case .shown(let found): layout = found
    }
    let layers = target.layers(layout, usesDamage: usesDamage) { exclusions?.isMasked($0) ?? false }
    if layout.size != surface.layout.size || surface.layout.visible != layout.visible || !surface.replaceLayers(layers)
    {
      guard let fresh = try? surface.moved(to: layout, PictureLayers(layers)) else { return false }
      surface = fresh
      drawnCursor = nil
      undelivered.removeAll()
      control.publish(layout.size, statistics)
    } else {
      surface.layout = layout
    }
    if isMuted { control.events.send(.unmuted) }
    isMuted = false
    return true
  }

  /// Applies the present layout of the monitors, or the state of the captured window.
  /// - Returns: whether the surface exists in it.
  func followLayout() -> Bool {
    if let target {
      guard followWindow(target) else { return false }
      isLayoutStale = false
      missingSince = nil
      return true
    }
    guard let screen = connection.rootSize,
      let monitors = try? DisplaySources.monitors(connection, extensions)
    else { return false }
    let layout: SurfaceLayout
    if case .region = options.surface {
      // A region keeps its place and size; the part that is off the screen now is black.
      layout = SurfaceLayout(area: surface.layout.area, screen: screen, monitors: monitors)
    } else {
      guard let found = try? SurfaceLayout.find(options.surface, screen: screen, monitors: monitors) else {
        return false
      }
      layout = found.layout
    }
    if layout != surface.layout {
      let fresh = try? surface.moved(
        to: layout, PictureLayers(connection, desktop: layout, usesDamage: extensions.damageEvent != nil))
      guard let fresh else { return false }
      surface = fresh
      drawnCursor = nil
      undelivered.removeAll()
      // Published before the first picture of the new size, so that a sink that gets it reads the right settings.
      control.publish(layout.size, statistics)
    }
    isLayoutStale = false
    missingSince = nil
    return true
  }
}
