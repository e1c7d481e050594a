import Media

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
