import CX11
import Media

/// A drawable of the X server that the picture, or a part of it, is read from. A picture's later layers cover the ones before.
struct PictureLayer {
  let drawable: Drawable
  /// Bits of a pixel that count.
  let depth: Int
  /// The part of the picture that it gives.
  var rect: PixelRect
  /// Where the picture's upper left corner lies, in the drawable's coordinates.
  var originX: Int
  var originY: Int
  /// How changes are told; nil where the server does not.
  let damage: DamageTracker?
}

/// What a picture is read from, from bottom to top. One for a desktop; a window and its menus have one each.
final class PictureLayers {
  var all: [PictureLayer]

  init(_ all: [PictureLayer]) { self.all = all }

  /// The root window, as `layout` has it.
  convenience init(
    _ connection: XConnection, desktop layout: SurfaceLayout, usesDamage: Bool
  ) {
    let screen = XDefaultScreen(connection.display)
    self.init([
      PictureLayer(
        drawable: connection.root, depth: Int(XDefaultDepth(connection.display, screen)),
        rect: PixelRect(layout.size), originX: layout.area.x, originY: layout.area.y,
        damage: usesDamage ? DamageTracker(connection, layout) : nil)
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

  /// The parts of `rect` that the layers give, from bottom to top.
  func pieces(of rect: PixelRect) -> [(layer: PictureLayer, part: PixelRect)] {
    all.compactMap { layer in
      let part = rect.intersection(layer.rect)
      return part.isEmpty ? nil : (layer, part)
    }
  }
}
