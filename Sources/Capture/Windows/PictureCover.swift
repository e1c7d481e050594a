import CX11
import Media

/// Replaces what nobody may see in a surface's pictures: private windows, and masks. Used by one thread only.
final class PictureCover {
  private let shield: PrivacyShield?
  private let masks: [PixelRect]
  private let painter: PatchPainter
  private var look = HiddenPlaces.Look()
  private var area = PixelRect(x: 0, y: 0, width: 0, height: 0)
  /// What is covered in the last picture, and what is painted there, in the picture's coordinates.
  private var region = ExactRegion()
  private var patches: [(patch: HiddenPlaces.Patch, region: ExactRegion)] = []
  /// Whether all that is covered is to be painted anew.
  private var isStale = true

  /// When a captured window will have been drawn where others were over it.
  private var drawn: MediaTime?
  /// While it may not have been drawn: whether something hidden was on the screen, and whether it moved.
  private var undrawn = (until: MediaTime.zero, isNearHidden: false, hasMoved: false)
  /// Where it was in the picture before.
  private var formerPlace: PixelRect?

  /// Nil where there is nothing to hide.
  init?(_ shield: PrivacyShield?, masks: [PixelRect], _ connection: XConnection) {
    if shield == nil, masks.isEmpty { return nil }
    self.shield = shield
    self.masks = masks
    painter = PatchPainter(connection)
  }

  /// Covers the picture that `surface` has just read, with all events up to its reading taken.
  /// - Parameters:
  ///   - target: the captured window; nil for what is none.
  ///   - news: what the reading found changed.
  /// - Returns: what has changed for those who get the picture.
  func cover(_ surface: CapturedSurface, of target: WindowTarget?, _ news: DirtyRegion) -> DirtyRegion {
    var look = shield?.cover() ?? HiddenPlaces.Look()
    if let target, let top = target.top { look = self.look(target, top, surface.layout.area, look) }
    // Nobody tells when a window draws that is painted here.
    if surface.detection != .damage { look.patches = [] }
    var changed = DirtyRegion()
    var fresh = news.rects
    if let deadline = painter.nextDeadline, deadline <= .now { isStale = true }
    if isStale || look != self.look || surface.layout.area != area || surface.covered != region {
      for patch in patches { for rect in patch.region.rects { changed.add(rect) } }
      take(look, surface.layout.area)
      fresh = region.rects
      isStale = false
    }
    let before = surface.covered
    // What goes on behind black is no change.
    for rect in news.rects where !(before.contains(rect) && region.contains(rect)) { changed.add(rect) }
    if region != before {
      for rect in region.subtracting(before).rects { changed.add(rect) }
      for rect in before.subtracting(region).rects { surface.doubt(rect) }
      surface.covered = region
    }
    let covered = patches.isEmpty ? region : region.intersection(ExactRegion(fresh))
    for rect in covered.rects { surface.picture.at(x: rect.x, y: rect.y).blacken(rect.size) }
    if !patches.isEmpty || painter.nextDeadline != nil { painter.begin(patches.map(\.patch)) }
    for (patch, region) in patches {
      let part = region.intersection(covered)
      for rect in part.rects { changed.add(rect) }
      painter.paint(patch, part, in: area, onto: surface.picture)
    }
    painter.finish()
    return changed
  }

  /// Pixels were read that were not covered: the next picture is covered as a whole.
  func doubt() { isStale = true }

  /// To be called with what happened while the windows were read that are painted in the picture: blackens them should one
  /// prove private.
  /// - Returns: what has changed; nil when the picture may be shown as it is.
  func recheck(_ surface: CapturedSurface) -> DirtyRegion? {
    guard patches.contains(where: { isHidden($0.patch.window) }) else { return nil }
    var changed = DirtyRegion()
    for rect in region.rects {
      surface.picture.at(x: rect.x, y: rect.y).blacken(rect.size)
      changed.add(rect)
    }
    isStale = true
    return changed
  }

  /// When more can be painted though nothing happens.
  var nextDeadline: MediaTime? { [painter.nextDeadline, drawn].compactMap { $0 }.min() }

  /// What a window's picture must not show.
  private func look(
    _ target: WindowTarget, _ top: Window, _ area: PixelRect, _ desktop: HiddenPlaces.Look
  ) -> HiddenPlaces.Look {
    drawn = nil
    // Should this one become private, all of it is.
    if isHidden(top) { return HiddenPlaces.Look(untrusted: ExactRegion([area])) }
    // Other windows are in no window's picture, once it has been drawn anew where they were over it. Until then it has what
    // the screen showed there when it got its pixels, also under a compositing manager.
    let deadline = target.freshSince + HiddenPlaces.delay
    let hasMoved = formerPlace.map { ($0.x, $0.y) != (area.x, area.y) } ?? false
    formerPlace = area
    guard shield != nil, deadline > .now else { return HiddenPlaces.Look() }
    drawn = deadline
    let isNearHidden = !desktop.untrusted.isEmpty
    if undrawn.until <= .now { undrawn = (deadline, false, false) }
    undrawn.until = deadline
    undrawn.isNearHidden = undrawn.isNearHidden || isNearHidden
    undrawn.hasMoved = undrawn.hasMoved || hasMoved
    // Old pixels move with the window, and what was over it does not.
    if undrawn.hasMoved, undrawn.isNearHidden { return HiddenPlaces.Look(untrusted: ExactRegion([area])) }
    return HiddenPlaces.Look(untrusted: desktop.untrusted)
  }

  /// Whether windows are painted in the picture.
  var isPainted: Bool { !patches.isEmpty }

  private func isHidden(_ window: Window) -> Bool { shield?.isHidden(window) ?? false }

  private func take(_ look: HiddenPlaces.Look, _ area: PixelRect) {
    (self.look, self.area) = (look, area)
    let whole = PixelRect(area.size)
    func inside(_ rects: [PixelRect]) -> ExactRegion {
      ExactRegion(rects.map { $0.relative(toX: area.x, y: area.y).intersection(whole) })
    }
    let masked = inside(masks)
    region = ExactRegion(masked.rects + inside(look.untrusted.rects).rects)
    patches = look.patches.map { ($0, inside($0.region.rects).subtracting(masked)) }.filter { !$0.region.isEmpty }
  }
}
