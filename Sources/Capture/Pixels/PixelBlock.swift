import Media

/// Pixels in borrowed memory: their first byte, and bytes from one row to the next.
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

  /// Copies `size` pixels of four bytes from `other`, whose memory must not overlap.
  func copy(_ size: PixelSize, from other: PixelBlock) {
    for row in 0..<size.height {
      (base + row * bytesPerRow).copyMemory(from: other.base + row * other.bytesPerRow, byteCount: size.width * 4)
    }
  }

  /// Blends `size` pixels of `other`, premultiplied BGRA, over these.
  func blend(_ size: PixelSize, _ other: PixelBlock) {
    for row in 0..<size.height {
      let (under, over) = (base + row * bytesPerRow, other.base + row * other.bytesPerRow)
      for x in 0..<size.width {
        let pixel = UInt32(littleEndian: over.load(fromByteOffset: 4 * x, as: UInt32.self))
        let behind = UInt32(littleEndian: under.load(fromByteOffset: 4 * x, as: UInt32.self))
        under.storeBytes(of: Self.blend(pixel, behind).littleEndian, toByteOffset: 4 * x, as: UInt32.self)
      }
    }
  }

  /// Blends premultiplied BGRA `over` on opaque BGRX `under`. The result's top byte is 0.
  static func blend(_ over: UInt32, _ under: UInt32) -> UInt32 {
    let rest = 255 - (over >> 24)
    if rest == 0 { return over & 0xff_ffff }
    var result: UInt32 = 0
    for shift: UInt32 in [0, 8, 16] {
      let mixed = (over >> shift & 0xff) + ((under >> shift & 0xff) * rest + 127) / 255
      result |= min(255, mixed) << shift
    }
    return result
  }
}

/// Owned memory for pixels of four bytes, initially black.
final class PixelBuffer {
  let block: PixelBlock
  private let memory: UnsafeMutableRawPointer

  init(_ size: PixelSize) {
    let bytes = max(1, size.width * size.height) * 4
    memory = .allocate(byteCount: bytes, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    block = PixelBlock(base: memory, bytesPerRow: size.width * 4)
  }

  deinit { memory.deallocate() }
}
