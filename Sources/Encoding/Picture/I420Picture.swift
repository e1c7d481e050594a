internal import Media

/// A picture in planar YUV 4:2:0, 8 bits, BT.601 limited range, owned by one thread at a time.
///
/// Planes start on 64-byte boundaries and cover whole macroblocks, so that those at the edge are read and written like
/// all others; bytes outside the picture do not repeat its edge and are never coded. `@unchecked Sendable`: owned by
/// the holder of the lock around it, or by its creator.
final class I420Picture: @unchecked Sendable {
  let size: PixelSize
  let yStride: Int
  let uvStride: Int
  let y: UnsafeMutablePointer<UInt8>
  let u: UnsafeMutablePointer<UInt8>
  let v: UnsafeMutablePointer<UInt8>
  private let storage: UnsafeMutableRawPointer

  /// A black picture of `size`.
  init(size: PixelSize) {
    self.size = size
    yStride = (size.width + 63) / 64 * 64
    uvStride = yStride / 2
    let rows = (size.height + 15) / 16 * 16
    let luma = yStride * rows
    let chroma = uvStride * (rows / 2)
    storage = .allocate(byteCount: luma + 2 * chroma, alignment: 64)
    y = storage.bindMemory(to: UInt8.self, capacity: luma)
    u = (storage + luma).bindMemory(to: UInt8.self, capacity: chroma)
    v = (storage + luma + chroma).bindMemory(to: UInt8.self, capacity: chroma)
    fillBlack()
  }

  deinit { storage.deallocate() }

  var chromaSize: PixelSize { PixelSize(width: (size.width + 1) / 2, height: (size.height + 1) / 2) }

  func fillBlack() {
    let rows = (size.height + 15) / 16 * 16
    y.update(repeating: 16, count: yStride * rows)
    u.update(repeating: 128, count: uvStride * rows)
  }

  /// Copies the macroblocks that `map` marks from a picture of the same size.
  func copy(_ map: MacroblockMap, from other: I420Picture) {
    for row in 0..<map.rows {
      map.forEachRun(inRow: row) { columns in
        let lumaBytes = columns.count * 16
        for line in row * 16..<row * 16 + 16 {
          let offset = line * yStride + columns.lowerBound * 16
          (y + offset).update(from: other.y + offset, count: min(lumaBytes, yStride - columns.lowerBound * 16))
        }
        for line in row * 8..<row * 8 + 8 {
          let offset = line * uvStride + columns.lowerBound * 8
          let bytes = min(lumaBytes / 2, uvStride - columns.lowerBound * 8)
          (u + offset).update(from: other.u + offset, count: bytes)
          (v + offset).update(from: other.v + offset, count: bytes)
        }
      }
    }
  }
}
