import CX11
import Media

/// Under a compositing manager.
extension HiddenPlaces {
  /// A manager may blur what lies behind a window this far around a hidden one.
  private static var blur: Int { 64 }
  private static var mostPatches: Int { 64 }

  /// What is painted where hidden windows are, or were: a manager makes windows translucent without saying so, so none of the
  /// screen's pixels count there, but those that the windows above have themselves.
  func composed(_ hidden: Set<Window>, left: [PixelRect], now: MediaTime) -> Look {
    var work = Self.mostWork
    let shown = tops.order.compactMap { window -> (window: Window, entry: TopLevels.Entry)? in
      guard let entry = tops.entries[window], entry.isMapped, !entry.isInputOnly else { return nil }
      return (window, entry)
    }
    // Where a hidden window went, and where its colours may have run, all that is there now is painted, from the bottom.
    var floor = trail.rects + left
    var blurred: [PixelRect] = []
    for (window, entry) in shown {
      if hidden.contains(window) {
        let (x, y) = (entry.rect.x - Self.blur, entry.rect.y - Self.blur)
        blurred.append(
          PixelRect(
            x: x, y: y, width: entry.rect.width + 2 * Self.blur, height: entry.rect.height + 2 * Self.blur))
      } else if work > 0 {
        work -= blurred.count * (entry.region?.rects.count ?? 1)
        let near = blurred.map(entry.rect.intersection).filter { !$0.isEmpty }
        floor += near.isEmpty ? [] : entry.region.map { ExactRegion(near).intersection($0).rects } ?? near
      }
    }
    if work <= 0 { floor += blurred }
    floor = ExactRegion(floor).rects
    var untrusted = floor
    var over: [(window: Window, entry: TopLevels.Entry, format: PixelFormat, region: ExactRegion)] = []
    for (window, entry) in shown {
      if hidden.contains(window) {
        untrusted.append(entry.rect)
        floor.append(entry.rect)
        continue
      }
      work -= floor.count * (entry.region?.rects.count ?? 1)
      guard work > 0 else { break }
      let parts = floor.map(entry.rect.intersection).filter { !$0.isEmpty }
      if parts.isEmpty { continue }
      let drawn = entry.freshSince + Self.delay
      if drawn > now { nextDrawn = min(nextDrawn ?? drawn, drawn) }
      guard drawn <= now, let format = entry.format, let region = entry.region else { continue }
      over.append((window, entry, format, ExactRegion(parts).intersection(region)))
    }
    if work <= 0 { untrusted += shown.filter { hidden.contains($0.window) }.map(\.entry.rect) }
    // What lies below something opaque is not read.
    var patches: [Patch] = []
    var above: [PixelRect] = []
    var next = over.count - 1
    for window in tops.order.reversed() where patches.count < Self.mostPatches {
      if hidden.contains(window) {
        if let entry = tops.entries[window], entry.isMapped { above.append(entry.rect) }
      } else if next >= 0, over[next].window == window {
        let (_, entry, format, region) = over[next]
        let seen = region.subtracting(ExactRegion(above))
        if !seen.isEmpty {
          patches.append(
            Patch(
              window: window, rect: entry.rect, format: format, freshSince: entry.freshSince,
              isWindow: entry.isWindow, region: seen))
        }
        if format.alphaMask == 0 { above += region.rects }
        next -= 1
      }
    }
    return Look(untrusted: ExactRegion(untrusted), patches: patches.reversed())
  }
}
