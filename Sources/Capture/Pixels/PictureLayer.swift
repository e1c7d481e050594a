import CX11
import Media

/// A drawable of the X server that the picture, or a part of it, is read from. A picture's later layers are blended over the
/// earlier ones by their alpha.
struct PictureLayer {
  let drawable: Drawable
  let format: PixelFormat
  /// The part of the picture that it covers.
  var rect: PixelRect
  /// The part of `rect` inside its bounding shape; nil for all of `rect`.
  var shape: ExactRegion?
  /// The picture's upper left corner in the drawable's coordinates.
  var originX: Int
  var originY: Int
  /// Nil where the server reports no damage.
  let damage: DamageTracker?

  /// The parts of `rect` that it covers.
  func parts(of rect: PixelRect) -> [PixelRect] {
    let part = rect.intersection(self.rect)
    if part.isEmpty { return [] }
    return shape.map { $0.rects.map(part.intersection).filter { !$0.isEmpty } } ?? [part]
  }
}

/// The layers of a picture, from bottom to top. One for a desktop; a window and its menus have one each.
final class PictureLayers {
  var all: [PictureLayer]

  init(_ all: [PictureLayer]) { self.all = all }

  /// The part of the root window that `layout` shows.
  convenience init(
    _ connection: XConnection, desktop layout: SurfaceLayout, usesDamage: Bool
  ) throws(DisplayMediaError) {
    self.init([
      PictureLayer(
        drawable: connection.root, format: try PixelFormat(connection), rect: PixelRect(layout.size),
        originX: layout.area.x, originY: layout.area.y, damage: usesDamage ? DamageTracker(connection, layout) : nil)
    ])
  }

  /// Whether an event of `damage` with this `serial` reports damage of a layer that was not taken yet.
  func isUnseen(_ damage: Damage, serial: UInt) -> Bool {
    all.contains { $0.damage?.isUnseen(damage, serial: serial) ?? false }
  }

  func discardDamage() { for layer in all { layer.damage?.discard() } }

  /// Takes the damage of all layers so far, in the picture's coordinates; nil if it cannot be read.
  func takeDamage() -> DirtyRegion? {
    var result = DirtyRegion()
    for layer in all {
      guard let region = layer.damage?.take() else { return nil }
      for rect in region.rects { result.add(rect.intersection(layer.rect)) }
    }
    return result
  }

  /// The only layer if it has no shape; nil otherwise.
  var only: PictureLayer? { all.count == 1 && all[0].shape == nil ? all[0] : nil }

  /// The parts of `rect` that the lowest layer does not cover: black under the later layers. The server's pixels there are
  /// undefined and may differ with each reading.
  func gaps(in rect: PixelRect) -> [PixelRect] {
    guard let first = all.first else { return [rect] }
    let parts = first.parts(of: rect)
    return parts == [rect] ? [] : ExactRegion([rect]).subtracting(ExactRegion(parts)).rects
  }

  /// Paints `rect` of the picture onto `target`, which begins at its upper left corner.
  /// - Parameter start: the lowest layer to paint; the layers below are painted already.
  /// - Returns: whether all of it could be read.
  func paint(_ rect: PixelRect, from start: Int = 0, by reader: DrawableReader, onto target: PixelBlock) -> Bool {
    if start == 0 { blacken(gaps(in: rect), of: rect, target) }
    for (index, layer) in all.enumerated() where index >= start {
      for part in layer.parts(of: rect) {
        let isRead = reader.paint(
          part.relative(toX: -layer.originX, y: -layer.originY), of: layer.drawable, layer.format, isBlended: index > 0,
          onto: target.at(x: part.x - rect.x, y: part.y - rect.y))
        if !isRead { return false }
      }
    }
    return true
  }

  /// Blackens `gaps` in `target`, which shows `rect`.
  func blacken(_ gaps: [PixelRect], of rect: PixelRect, _ target: PixelBlock) {
    for gap in gaps { target.at(x: gap.x - rect.x, y: gap.y - rect.y).blacken(gap.size) }
  }
}
