import CX11
import Media

/// How the surface follows its window, or the layout of monitors.
extension CaptureLoop {
  /// Takes over how the captured window is now.
  /// - Returns: whether it is there.
  func followWindow(_ target: WindowTarget) -> Bool {
    let usesDamage = extensions.damageEvent != nil
    let layout: SurfaceLayout
    switch target.look() {
    case .gone: return false
    case .hidden:
      if !isMuted { control.events.send(.muted) }
      isMuted = true
      return true
    case .shown(let found): layout = found
    }
    let layers = target.layers(layout, usesDamage: usesDamage) { shield?.isHidden($0) ?? false }
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

  /// Takes over a changed layout of monitors, unless the surface is not in it.
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
      // A region keeps its place and size; what is off the screen now is black.
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
      // Whoever sees a picture of another size finds the settings true.
      control.publish(layout.size, statistics)
    }
    isLayoutStale = false
    missingSince = nil
    return true
  }
}
