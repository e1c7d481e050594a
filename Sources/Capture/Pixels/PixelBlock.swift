import Media

/// Pixels in memory that someone else owns: where they begin, and bytes from one row to the next.
struct PixelBlock {
  var base: UnsafeMutableRawPointer
  var bytesPerRow: Int

  /// The block that begins at (`x`, `y`) of this one, whose pixels have `bytesPerPixel`.
  func at(x: Int, y: Int, bytesPerPixel: Int = 4) -> PixelBlock {
    PixelBlock(base: base + y * bytesPerRow + x * bytesPerPixel, bytesPerRow: bytesPerRow)
  }

  /// Makes `size` pixels of four bytes black.
  func blacken(_ size: PixelSize) {
    guard size.width > 0 else { return }
    for row in 0..<max(0, size.height) {
      (base + row * bytesPerRow).initializeMemory(as: UInt8.self, repeating: 0, count: size.width * 4)
    }
  }

  /// Copies `size` pixels of four bytes from `other`, which lies elsewhere.
  func copy(_ size: PixelSize, from other: PixelBlock) {
    for row in 0..<size.height {
      (base + row * bytesPerRow).copyMemory(from: other.base + row * other.bytesPerRow, byteCount: size.width * 4)
    }
  }
}
