import Glibc
import Media

/// Finds changes by comparing pixels in blocks of 32×32, for screens whose damage is missing or unreliable.
enum BlockDiffer {
  /// A block's width and height in pixels.
  static let blockSize = 32

  /// The blocks of `rect` whose pixels differ.
  /// - Parameters:
  ///   - rect: in the picture's coordinates.
  ///   - fresh: the pixels of `rect` now.
  ///   - picture: the whole previous picture.
  static func changedBlocks(in rect: PixelRect, fresh: PixelBlock, picture: PixelBlock) -> [PixelRect] {
    var changed: [PixelRect] = []
    for y in stride(from: 0, to: rect.height, by: blockSize) {
      for x in stride(from: 0, to: rect.width, by: blockSize) {
        let size = PixelSize(width: min(blockSize, rect.width - x), height: min(blockSize, rect.height - y))
        if differ(fresh.at(x: x, y: y), picture.at(x: rect.x + x, y: rect.y + y), size) {
          changed.append(PixelRect(x: rect.x + x, y: rect.y + y, width: size.width, height: size.height))
        }
      }
    }
    return changed
  }

  /// Updates `picture` with `fresh`, the pixels of `rect` now, and returns what changed.
  static func update(_ picture: PixelBlock, with fresh: PixelBlock, in rect: PixelRect) -> DirtyRegion {
    var region = DirtyRegion()
    var run = PixelRect(x: 0, y: 0, width: 0, height: 0)
    for block in changedBlocks(in: rect, fresh: fresh, picture: picture) {
      picture.at(x: block.x, y: block.y).copy(block.size, from: fresh.at(x: block.x - rect.x, y: block.y - rect.y))
      // Neighbours in a row are joined first: adding a few long runs to a region is cheaper than adding many blocks.
      if block.y == run.y, block.x == run.maxX, !run.isEmpty {
        run.width += block.width
      } else {
        region.add(run)
        run = block
      }
    }
    region.add(run)
    return region
  }

  private static func differ(_ left: PixelBlock, _ right: PixelBlock, _ size: PixelSize) -> Bool {
    for row in 0..<size.height {
      let (a, b) = (left.base + row * left.bytesPerRow, right.base + row * right.bytesPerRow)
      guard memcmp(a, b, size.width * 4) != 0 else { continue }
      // The fourth byte is not a colour and may change at any time.
      for x in 0..<size.width {
        let pixel = a.load(fromByteOffset: 4 * x, as: UInt32.self) ^ b.load(fromByteOffset: 4 * x, as: UInt32.self)
        if pixel.littleEndian & 0xff_ffff != 0 { return true }
      }
    }
    return false
  }
}
