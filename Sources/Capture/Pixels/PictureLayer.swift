import CX11
import Media

/// A drawable of the X server that the picture, or a part of it, is read from. A picture's later layers cover the ones before,
/// as far as their alpha says.
struct PictureLayer {
  let drawable: Drawable
  let format: PixelFormat
  /// The part of the picture that it gives.
  var rect: PixelRect
  /// What of `rect` it gives, where that is not all (its bounding shape).
  var shape: ExactRegion?
  /// Where the picture's upper left corner lies, in the drawable's coordinates.
  var originX: Int
  var originY: Int
  /// How changes are told; nil where the server does not.
  let damage: DamageTracker?

  /// What of `rect` it gives.
  func parts(of rect: PixelRect) -> [PixelRect] {
    let part = rect.intersection(self.rect)
    if part.isEmpty { return [] }
    return shape.map { $0.rects.map(part.intersection).filter { !$0.isEmpty } } ?? [part]
  }
}

/// What a picture is read from, from bottom to top. One for a desktop; a window and its menus have one each.
final class PictureLayers {
  var all: [PictureLayer]

  init(_ all: [PictureLayer]) { self.all = all }

  /// The root window, as `layout` has it.
  convenience init(
    _ connection: XConnection, desktop layout: SurfaceLayout, usesDamage: Bool
  ) throws(DisplayMediaError) {
    self.init([
      PictureLayer(
        drawable: connection.root, format: try PixelFormat(connection), rect: PixelRect(layout.size),
        originX: layout.area.x, originY: layout.area.y, damage: usesDamage ? DamageTracker(connection, layout) : nil)
    ])
  }

  /// Whether any has damage of `serial` that was not taken.
  func isNews(_ damage: Damage, serial: UInt) -> Bool {
    all.contains { $0.damage?.isNews(damage, serial: serial) ?? false }
  }

  func discardDamage() { for layer in all { layer.damage?.discard() } }

  /// The damage of all so far, in the picture's coordinates; nil when it cannot be had.
  func takeDamage() -> DirtyRegion? {
    var result = DirtyRegion()
    for layer in all {
      guard let region = layer.damage?.take() else { return nil }
      for rect in region.rects { result.add(rect.intersection(layer.rect)) }
    }
    return result
  }

  /// The one layer that gives the whole picture as it is, if there is just one.
  var only: PictureLayer? { all.count == 1 && all[0].shape == nil ? all[0] : nil }

  /// What of `rect` the lowest layer does not give: black, unless a later one gives it. What the server would have there is
  /// of no picture, and another with each reading.
  func gaps(in rect: PixelRect) -> [PixelRect] {
    guard let first = all.first else { return [rect] }
    let parts = first.parts(of: rect)
    return parts == [rect] ? [] : ExactRegion([rect]).subtracting(ExactRegion(parts)).rects
  }

  /// Paints `rect` of the picture onto `target`, where its upper left corner goes.
  /// - Parameter start: the lowest layer to paint; what is below is there.
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
