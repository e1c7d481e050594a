import Media

/// Draws the pointer over a picture and removes it again, so that the pixels below never have to be captured again.
struct CursorOverlay {
  private var saved: [UInt32] = []
  private var savedRect = PixelRect(x: 0, y: 0, width: 0, height: 0)

  /// Blends `shape` over the part of `picture` that lies inside `size`, and saves the pixels below.
  mutating func draw(_ shape: CursorShape, at rect: PixelRect, over picture: PixelBlock, _ size: PixelSize) {
    savedRect = rect.intersection(PixelRect(size))
    saved.removeAll(keepingCapacity: true)
    for y in savedRect.y..<savedRect.maxY {
      for x in savedRect.x..<savedRect.maxX {
        let place = picture.at(x: x, y: y).base
        let under = place.load(as: UInt32.self)
        saved.append(under)
        let over = shape.pixels[(y - rect.y) * shape.size.width + x - rect.x]
        place.storeBytes(of: PixelBlock.blend(over, under.littleEndian).littleEndian, as: UInt32.self)
      }
    }
  }

  /// Restores the pixels that `draw` saved.
  mutating func erase(from picture: PixelBlock) {
    var index = 0
    for y in savedRect.y..<savedRect.maxY {
      for x in savedRect.x..<savedRect.maxX {
        picture.at(x: x, y: y).base.storeBytes(of: saved[index], as: UInt32.self)
        index += 1
      }
    }
    savedRect = PixelRect(x: 0, y: 0, width: 0, height: 0)
  }
}
