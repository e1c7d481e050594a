import CX11

/// How the server lays a pixel out in memory: by the visual's masks, the depth's bits per pixel and the byte order.
struct PixelFormat: Equatable {
  /// 8, 16, 24 or 32.
  var bitsPerPixel: Int
  /// Rows are padded to a multiple of this.
  var rowPadBits: Int = 32
  /// Whether a pixel's least significant byte comes first.
  var isLittleEndian: Bool
  var redMask: UInt32
  var greenMask: UInt32
  var blueMask: UInt32

  /// Blue, green, red and an unused byte in memory: what frames are made of, so nothing needs converting.
  var isBGRX: Bool {
    bitsPerPixel == 32 && isLittleEndian && redMask == 0xff0000 && greenMask == 0xff00 && blueMask == 0xff
  }

  /// Bytes from one row to the next of a `width` pixels wide image.
  func bytesPerRow(width: Int) -> Int {
    (width * bitsPerPixel + rowPadBits - 1) / rowPadBits * rowPadBits / 8
  }
}

extension PixelFormat {
  /// Whether pixels of `depth` lie in memory as these do, alpha aside.
  func isSharedBy(depth: Int, _ display: OpaquePointer) -> Bool {
    let screen = XDefaultScreen(display)
    if depth == Int(XDefaultDepth(display, screen)) { return true }
    // A window with alpha: the same colours, and the byte that nobody looks at.
    guard depth == 32, isBGRX else { return false }
    var count = Int32()
    guard let formats = XListPixmapFormats(display, &count) else { return false }
    defer { XFree(formats) }
    return UnsafeBufferPointer(start: formats, count: Int(count)).contains {
      $0.depth == 32 && Int($0.bits_per_pixel) == bitsPerPixel && Int($0.scanline_pad) == rowPadBits
    }
  }

  /// The format of the screen's root window.
  /// - Throws: `DisplayMediaError` for a palette screen, whose pixels are no colours.
  init(_ connection: XConnection) throws(DisplayMediaError) {
    let display = connection.display
    let screen = XDefaultScreen(display)
    let depth = XDefaultDepth(display, screen)
    var count = Int32()
    guard let visual = XDefaultVisual(display, screen)?.pointee, let formats = XListPixmapFormats(display, &count)
    else {
      throw .unsupported("the X server does not say how its pixels are stored")
    }
    defer { XFree(formats) }
    let format = UnsafeBufferPointer(start: formats, count: Int(count)).first { $0.depth == depth }
    guard let format, visual.red_mask != 0, visual.green_mask != 0, visual.blue_mask != 0 else {
      throw .unsupported("the X screen has a palette of \(depth) bits; start it with a depth of 16, 24 or 30")
    }
    self.init(
      bitsPerPixel: Int(format.bits_per_pixel), rowPadBits: Int(format.scanline_pad),
      isLittleEndian: XImageByteOrder(display) == LSBFirst, redMask: UInt32(truncatingIfNeeded: visual.red_mask),
      greenMask: UInt32(truncatingIfNeeded: visual.green_mask), blueMask: UInt32(truncatingIfNeeded: visual.blue_mask))
  }
}
