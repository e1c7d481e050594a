import CX11
import Media

/// The mask under a compositing manager.
extension MaskedPlaces {
  /// A manager may blur the background of a window with pixels from this far away. Pixels.
  private static var blur: Int { 64 }
  private static var mostPatches: Int { 64 }

  /// The mask where masked windows are, or were. A manager makes windows translucent without reporting it. So no screen pixel
  /// is used there; the pixmaps of the windows above are painted instead.
  /// - Returns: the mask, and when the next recently mapped window will have been drawn, so that it can be painted.
  func composed(_ masked: Set<Window>, left: [PixelRect], now: MediaTime) -> (Mask, nextDrawn: MediaTime?) {
    var nextDrawn: MediaTime?
    var work = Self.mostWork
    let shown = tops.order.compactMap { window -> (window: Window, entry: TopLevels.Entry)? in
      guard let entry = tops.entries[window], entry.isMapped, !entry.isInputOnly else { return nil }
      return (window, entry)
    }
    // Where a masked window was, and where its colours may be blurred into others, all present windows are painted, from the
    // bottom.
    var floor = trail.rects + left
    var blurred: [PixelRect] = []
    for (window, entry) in shown {
      if masked.contains(window) {
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
      if masked.contains(window) {
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
    if work <= 0 { untrusted += shown.filter { masked.contains($0.window) }.map(\.entry.rect) }
    // Parts below an opaque window are not read.
    var patches: [Patch] = []
    var above: [PixelRect] = []
    var next = over.count - 1
    for window in tops.order.reversed() where patches.count < Self.mostPatches {
      if masked.contains(window) {
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
    return (Mask(untrusted: ExactRegion(untrusted), patches: patches.reversed()), nextDrawn)
  }
}
