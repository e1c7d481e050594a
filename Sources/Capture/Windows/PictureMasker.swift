import CX11
import Media

/// Masks the excluded windows and the user's rectangles in a surface's pictures. Used by one thread only.
final class PictureMasker {
  private let exclusions: ExclusionMask?
  private let masks: [PixelRect]
  private let painter: PatchPainter
  private var mask = MaskedPlaces.Mask()
  private var area = PixelRect(x: 0, y: 0, width: 0, height: 0)
  /// What is masked in the last picture, and what is painted there, in the picture's coordinates.
  private var region = ExactRegion()
  private var patches: [(patch: MaskedPlaces.Patch, region: ExactRegion)] = []
  /// Whether the whole masked region has to be painted again.
  private var isStale = true

  /// When the captured window will have been drawn where others were over it.
  private var drawnAt: MediaTime?
  /// Until then: whether an excluded window was on the screen, and whether the captured one moved.
  private var undrawn = (until: MediaTime.zero, isNearExcluded: false, hasMoved: false)
  /// Its place in the previous picture.
  private var formerPlace: PixelRect?

  /// Nil if there is nothing to mask.
  init?(_ exclusions: ExclusionMask?, masks: [PixelRect], _ connection: XConnection) {
    if exclusions == nil, masks.isEmpty { return nil }
    self.exclusions = exclusions
    self.masks = masks
    painter = PatchPainter(connection)
  }

  /// Masks the picture that `surface` has just read. All events up to the reading must have been processed.
  /// - Parameters:
  ///   - target: the captured window; nil for other surfaces.
  ///   - changes: what the reading found changed.
  /// - Returns: what has changed in the masked picture.
  func mask(_ surface: CapturedSurface, of target: WindowTarget?, _ changes: DirtyRegion) -> DirtyRegion {
    var mask = exclusions?.mask() ?? MaskedPlaces.Mask()
    if let target, let top = target.top { mask = self.mask(target, top, surface.layout.area, mask) }
    // Without damage no event reports that a window painted here has drawn.
    if surface.detection != .damage { mask.patches = [] }
    var changed = DirtyRegion()
    var fresh = changes.rects
    if let deadline = painter.nextDeadline, deadline <= .now { isStale = true }
    if isStale || mask != self.mask || surface.layout.area != area || surface.masked != region {
      for patch in patches { for rect in patch.region.rects { changed.add(rect) } }
      take(mask, surface.layout.area)
      fresh = region.rects
      isStale = false
    }
    let before = surface.masked
    // A change behind the mask is no change of the picture.
    for rect in changes.rects where !(before.contains(rect) && region.contains(rect)) { changed.add(rect) }
    if region != before {
      for rect in region.subtracting(before).rects { changed.add(rect) }
      surface.mask(region)
    }
    let repainted = patches.isEmpty ? region : region.intersection(ExactRegion(fresh))
    for rect in repainted.rects { surface.picture.at(x: rect.x, y: rect.y).blacken(rect.size) }
    if !patches.isEmpty || painter.nextDeadline != nil { painter.begin(patches.map(\.patch)) }
    for (patch, region) in patches {
      let part = region.intersection(repainted)
      for rect in part.rects { changed.add(rect) }
      painter.paint(patch, part, in: area, onto: surface.picture)
    }
    painter.finish()
    return changed
  }

  /// Has the next picture masked as a whole: pixels were read and not masked.
  func invalidate() { isStale = true }

  /// To be called after the events that arrived while the painted windows were read: blackens them if one of them turned out to
  /// be excluded.
  /// - Returns: what has changed; nil if the picture can be delivered as it is.
  func recheck(_ surface: CapturedSurface) -> DirtyRegion? {
    guard patches.contains(where: { isMasked($0.patch.window) }) else { return nil }
    var changed = DirtyRegion()
    for rect in region.rects {
      surface.picture.at(x: rect.x, y: rect.y).blacken(rect.size)
      changed.add(rect)
    }
    isStale = true
    return changed
  }

  /// When more can be painted without an event.
  var nextDeadline: MediaTime? { [painter.nextDeadline, drawnAt].compactMap { $0 }.min() }

  /// The mask of a captured window's picture.
  private func mask(
    _ target: WindowTarget, _ top: Window, _ area: PixelRect, _ desktop: MaskedPlaces.Mask
  ) -> MaskedPlaces.Mask {
    drawnAt = nil
    // If the captured window becomes excluded, its whole picture is masked.
    if isMasked(top) { return MaskedPlaces.Mask(untrusted: ExactRegion([area])) }
    // A window's pixmap holds no other windows once it has been drawn again where they were over it. Until then it has what
    // the screen showed there when the pixmap was made, also under a compositing manager.
    let deadline = target.freshSince + MaskedPlaces.delay
    let hasMoved = formerPlace.map { ($0.x, $0.y) != (area.x, area.y) } ?? false
    formerPlace = area
    guard exclusions != nil, deadline > .now else { return MaskedPlaces.Mask() }
    drawnAt = deadline
    let isNearExcluded = !desktop.untrusted.isEmpty
    if undrawn.until <= .now { undrawn = (deadline, false, false) }
    undrawn.until = deadline
    undrawn.isNearExcluded = undrawn.isNearExcluded || isNearExcluded
    undrawn.hasMoved = undrawn.hasMoved || hasMoved
    // Old pixels move with the window; the windows that were over it do not.
    if undrawn.hasMoved, undrawn.isNearExcluded { return MaskedPlaces.Mask(untrusted: ExactRegion([area])) }
    return MaskedPlaces.Mask(untrusted: desktop.untrusted)
  }

  /// Whether other windows are painted in the picture.
  var isPainted: Bool { !patches.isEmpty }

  private func isMasked(_ window: Window) -> Bool { exclusions?.isMasked(window) ?? false }

  private func take(_ mask: MaskedPlaces.Mask, _ area: PixelRect) {
    (self.mask, self.area) = (mask, area)
    let whole = PixelRect(area.size)
    func inside(_ rects: [PixelRect]) -> ExactRegion {
      ExactRegion(rects.map { $0.relative(toX: area.x, y: area.y).intersection(whole) })
    }
    let masked = inside(masks)
    region = ExactRegion(masked.rects + inside(mask.untrusted.rects).rects)
    patches = mask.patches.map { ($0, inside($0.region.rects).subtracting(masked)) }.filter { !$0.region.isEmpty }
  }
}
