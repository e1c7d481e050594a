import CX11

/// A pixel's layout in memory: the visual's masks, the depth's bits per pixel and the server's byte order.
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
  /// The alpha bits; 0 for opaque pixels. Colours are premultiplied.
  var alphaMask: UInt32 = 0
  /// Used bits of a pixel. A server copies only between drawables of one depth.
  var depth = 24

  /// Blue, green, red and an unused byte in memory, as in `VideoFrame`: no conversion is needed.
  var isBGRX: Bool {
    bitsPerPixel == 32 && isLittleEndian && redMask == 0xff0000 && greenMask == 0xff00 && blueMask == 0xff
  }

  /// Bytes from one row to the next of a `width` pixels wide image.
  func bytesPerRow(width: Int) -> Int {
    (width * bitsPerPixel + rowPadBits - 1) / rowPadBits * rowPadBits / 8
  }
}

extension PixelFormat {
  /// Whether the formats are equal, alpha and depth aside.
  func hasSameLayout(as other: PixelFormat) -> Bool {
    var copy = other
    (copy.alphaMask, copy.depth) = (alphaMask, depth)
    return copy == self
  }

  /// The format of a window or pixmap of `depth`; nil for a palette, whose pixels are no colours.
  init?(_ display: OpaquePointer, _ visual: UnsafeMutablePointer<Visual>?, depth: Int) {
    var count = Int32()
    guard let visual = visual?.pointee, let formats = XListPixmapFormats(display, &count) else { return nil }
    defer { XFree(formats) }
    let format = UnsafeBufferPointer(start: formats, count: Int(count)).first { $0.depth == depth }
    let masks = [visual.red_mask, visual.green_mask, visual.blue_mask].map { UInt32(truncatingIfNeeded: $0) }
    guard let format, !masks.contains(0), [8, 16, 24, 32].contains(format.bits_per_pixel) else { return nil }
    // A visual has no alpha mask: alpha is the rest of the depth's bits.
    let bits = depth >= 32 ? UInt32.max : (1 << UInt32(max(0, depth))) - 1
    self.init(
      bitsPerPixel: Int(format.bits_per_pixel), rowPadBits: Int(format.scanline_pad),
      isLittleEndian: XImageByteOrder(display) == LSBFirst, redMask: masks[0], greenMask: masks[1], blueMask: masks[2],
      alphaMask: bits & ~(masks[0] | masks[1] | masks[2]), depth: depth)
  }

  /// The format of the screen's root window.
  /// - Throws: `DisplayMediaError` for a palette screen.
  init(_ connection: XConnection) throws(DisplayMediaError) {
    let screen = XDefaultScreen(connection.display)
    let depth = Int(XDefaultDepth(connection.display, screen))
    guard let format = PixelFormat(connection.display, XDefaultVisual(connection.display, screen), depth: depth) else {
      throw .unsupported("the X screen has a palette of \(depth) bits; start it with a depth of 16, 24 or 30")
    }
    self = format
    // The root window is opaque, also at a depth of 32.
    alphaMask = 0
  }
}
