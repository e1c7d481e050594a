import CX11
import Media

/// Makes black what nobody may see in a surface's pictures: private windows, and masks. Used by one thread only.
final class PictureCover {
  private let shield: PrivacyShield?
  private let masks: [PixelRect]
  /// The last picture's, with what it was made of.
  private var last = (places: Set<PixelRect>(), area: PixelRect(x: 0, y: 0, width: 0, height: 0), region: ExactRegion())

  /// Nil where there is nothing to hide.
  init?(_ shield: PrivacyShield?, masks: [PixelRect]) {
    if shield == nil, masks.isEmpty { return nil }
    self.shield = shield
    self.masks = masks
  }

  /// Covers the picture that `surface` has just read, with all events up to its reading taken.
  /// - Parameters:
  ///   - top: the captured window's place on the root; nil for what is no window.
  ///   - news: what the reading found changed.
  /// - Returns: what has changed for those who get the picture.
  func cover(_ surface: CapturedSurface, of top: Window?, _ news: DirtyRegion) -> DirtyRegion {
    let area = surface.layout.area
    var places = shield?.cover() ?? []
    // Other windows are in no window's picture; but should this one become private, all of it is.
    if let top { places = shield?.isHidden(top) ?? false ? [area] : [] }
    let (before, after) = (surface.covered, region(of: places, in: area))
    var changed = DirtyRegion()
    // What goes on behind black is no change.
    for rect in news.rects where !(before.contains(rect) && after.contains(rect)) { changed.add(rect) }
    if after != before {
      for rect in after.subtracting(before).rects { changed.add(rect) }
      for rect in before.subtracting(after).rects { surface.doubt(rect) }
      surface.covered = after
    }
    surface.cover(surface.picture, of: PixelRect(area.size))
    return changed
  }

  private func region(of places: Set<PixelRect>, in area: PixelRect) -> ExactRegion {
    if places == last.places, area == last.area { return last.region }
    let whole = PixelRect(area.size)
    let region = ExactRegion(
      (masks + places).map { $0.relative(toX: area.x, y: area.y).intersection(whole) })
    last = (places, area, region)
    return region
  }
}
