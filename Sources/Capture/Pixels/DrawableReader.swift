import CX11
import Media

/// Reads rectangles of drawables of any pixel format and paints them onto a picture: by `XShmGetImage` where there is shared
/// memory, else by `XGetImage`. Used by the connection's thread only.
final class DrawableReader {
  private let connection: XConnection
  private let segmentSize: Int?
  /// The memory that the server writes into; created on first use.
  private lazy var segment = segmentSize.flatMap { SharedSegment(connection, byteCount: $0) }
  private var converters: [(format: PixelFormat, converter: PixelConverter)] = []
  /// Converted pixels that are to be blended over the picture.
  private var scratch = (buffer: PixelBuffer(PixelSize(width: 0, height: 0)), capacity: 0)

  /// - Parameter shared: bytes of memory to share with the server; larger rectangles are read in bands. Nil for none.
  init(_ connection: XConnection, shared: Int?) {
    self.connection = connection
    segmentSize = shared
  }

  /// Whether the server writes into shared memory.
  var sharesMemory: Bool { segment != nil }

  /// Paints the pixels of `rect` of `drawable`.
  /// - Parameters:
  ///   - rect: in the drawable's coordinates, inside it.
  ///   - isBlended: whether the pixels are blended over `target` by their alpha.
  ///   - target: BGRX, where the upper left corner of `rect` goes.
  /// - Returns: whether all of it could be read.
  func paint(
    _ rect: PixelRect, of drawable: Drawable, _ format: PixelFormat, isBlended: Bool, onto target: PixelBlock
  ) -> Bool {
    guard !rect.isEmpty else { return true }
    let capacity = sharesMemory ? segmentSize ?? .max : .max
    let rows = max(1, min(rect.height, capacity / format.bytesPerRow(width: rect.width)))
    let converter = converter(for: format)
    for y in stride(from: 0, to: rect.height, by: rows) {
      let band = PixelRect(x: rect.x, y: rect.y + y, width: rect.width, height: min(rows, rect.height - y))
      let place = target.at(x: 0, y: y)
      let isRead = fetch(band, of: drawable, format) { source in
        guard isBlended, format.alphaMask != 0 else { return converter.convert(source, to: place, band.size) }
        let over = scratch(band.size)
        converter.convert(source, to: over, band.size)
        place.blend(band.size, over)
      }
      if !isRead { return false }
    }
    return true
  }

  /// Reads `rect` in the server's format and lends it to `body`.
  private func fetch(
    _ rect: PixelRect, of drawable: Drawable, _ format: PixelFormat, _ body: (PixelBlock) -> Void
  ) -> Bool {
    let display = connection.display
    let (x, y) = (Int32(rect.x), Int32(rect.y))
    let (width, height) = (UInt32(rect.width), UInt32(rect.height))
    if let segment {
      let screen = XDefaultScreen(display)
      let image = XShmCreateImage(
        display, XDefaultVisual(display, screen), UInt32(format.depth), ZPixmap, segment.info.pointee.shmaddr,
        segment.info, width, height)
      guard let image else { return false }
      defer {
        image.pointee.data = nil
        _ = oriel_destroy_image(image)
      }
      if XShmGetImage(display, drawable, image, x, y, UInt.max) != 0, connection.takeError() == nil {
        body(PixelBlock(base: segment.base, bytesPerRow: Int(image.pointee.bytes_per_line)))
        return true
      }
      // The shared-memory request fails for a window that is partly off the screen, but XGetImage may read it.
      if drawable == connection.root { return false }
    }
    guard let image = XGetImage(display, drawable, x, y, width, height, UInt.max, ZPixmap) else {
      _ = connection.takeError()
      return false
    }
    defer { _ = oriel_destroy_image(image) }
    // A new drawable with a reused XID may have another format.
    guard let data = image.pointee.data, Int(image.pointee.bits_per_pixel) == format.bitsPerPixel else { return false }
    body(PixelBlock(base: UnsafeMutableRawPointer(data), bytesPerRow: Int(image.pointee.bytes_per_line)))
    return true
  }

  private func converter(for format: PixelFormat) -> PixelConverter {
    if let known = converters.first(where: { $0.format == format }) { return known.converter }
    let converter = PixelConverter(format)
    converters.append((format, converter))
    return converter
  }

  private func scratch(_ size: PixelSize) -> PixelBlock {
    let area = size.width * size.height
    if scratch.capacity < area { scratch = (PixelBuffer(size), area) }
    return PixelBlock(base: scratch.buffer.block.base, bytesPerRow: size.width * 4)
  }
}
