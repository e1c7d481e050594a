import Media

/// Draws the pointer over a picture and takes it off again, so that what is under it never needs another capture.
struct CursorOverlay {
  private var saved: [UInt32] = []
  private var savedRect = PixelRect(x: 0, y: 0, width: 0, height: 0)

  /// Blends `shape` over the part of `picture` that lies inside `size`, and keeps what was there.
  mutating func draw(_ shape: CursorShape, at rect: PixelRect, over picture: PixelBlock, _ size: PixelSize) {
    savedRect = rect.intersection(PixelRect(size))
    saved.removeAll(keepingCapacity: true)
    for y in savedRect.y..<savedRect.maxY {
      for x in savedRect.x..<savedRect.maxX {
        let place = picture.at(x: x, y: y).base
        let under = place.load(as: UInt32.self)
        saved.append(under)
        let over = shape.pixels[(y - rect.y) * shape.size.width + x - rect.x]
        place.storeBytes(of: Self.blend(over, under.littleEndian).littleEndian, as: UInt32.self)
      }
    }
  }

  /// Puts back what `draw` covered.
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

  /// Premultiplied `over` on opaque `under`; both with alpha, or nothing, in the top byte.
  static func blend(_ over: UInt32, _ under: UInt32) -> UInt32 {
    let rest = 255 - (over >> 24)
    var result: UInt32 = 0
    for shift: UInt32 in [0, 8, 16] {
      let mixed = (over >> shift & 0xff) + ((under >> shift & 0xff) * rest + 127) / 255
      result |= min(255, mixed) << shift
    }
    return result
  }
}
