import Media

/// Converts pixels of any true-colour format to BGRX, or BGRA where they have alpha, by the format's masks.
struct PixelConverter {
  private struct Channel {
    let mask: UInt32
    let shift: UInt32
    /// For each channel value, its eight bits at their place in BGRX.
    let table: [UInt32]

    init(mask: UInt32, position: UInt32) {
      let bits = mask.nonzeroBitCount
      // Twelve bits are more than enough for a result of eight.
      let dropped = max(0, bits - 12)
      let top = (1 << (bits - dropped)) - 1
      shift = UInt32(mask.trailingZeroBitCount + dropped)
      self.mask = mask
      table = (0...max(1, top)).map { UInt32(top == 0 ? 0 : ($0 * 255 + top / 2) / top) << position }
    }
  }

  private let format: PixelFormat
  private let blue: Channel
  private let green: Channel
  private let red: Channel
  private let alpha: Channel

  init(_ format: PixelFormat) {
    self.format = format
    blue = Channel(mask: format.blueMask, position: 0)
    green = Channel(mask: format.greenMask, position: 8)
    red = Channel(mask: format.redMask, position: 16)
    alpha = Channel(mask: format.alphaMask, position: 24)
  }

  /// Converts `size` pixels.
  func convert(_ source: PixelBlock, to target: PixelBlock, _ size: PixelSize) {
    if format.isBGRX { return target.copy(size, from: source) }
    let bytes = format.bitsPerPixel / 8
    blue.table.withUnsafeBufferPointer { blueTable in
      green.table.withUnsafeBufferPointer { greenTable in
        red.table.withUnsafeBufferPointer { redTable in
          alpha.table.withUnsafeBufferPointer { alphaTable in
            for row in 0..<size.height {
              var from = UnsafeRawPointer(source.base + row * source.bytesPerRow)
              var to = target.base + row * target.bytesPerRow
              for _ in 0..<size.width {
                let pixel = read(from, bytes)
                let result =
                  blueTable[Int((pixel & blue.mask) >> blue.shift)]
                  | greenTable[Int((pixel & green.mask) >> green.shift)]
                  | redTable[Int((pixel & red.mask) >> red.shift)]
                  | alphaTable[Int((pixel & alpha.mask) >> alpha.shift)]
                to.storeBytes(of: result.littleEndian, as: UInt32.self)
                from += bytes
                to += 4
              }
            }
          }
        }
      }
    }
  }

  private func read(_ pointer: UnsafeRawPointer, _ bytes: Int) -> UInt32 {
    switch bytes {
    case 4:
      let raw = pointer.loadUnaligned(as: UInt32.self)
      return format.isLittleEndian ? UInt32(littleEndian: raw) : UInt32(bigEndian: raw)
    case 2:
      let raw = pointer.loadUnaligned(as: UInt16.self)
      return UInt32(format.isLittleEndian ? UInt16(littleEndian: raw) : UInt16(bigEndian: raw))
    default:
      var pixel: UInt32 = 0
      for index in 0..<bytes {
        let place = format.isLittleEndian ? index : bytes - 1 - index
        pixel |= UInt32(pointer.load(fromByteOffset: index, as: UInt8.self)) << UInt32(8 * place)
      }
      return pixel
    }
  }
}
