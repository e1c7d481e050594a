import CX11
import Media

/// Reads by `XShmGetImage` where there is shared memory, else by `XGetImage`, into a picture of its own.
final class ImageReader: ScreenReader {
  let method: CaptureMethod
  let picture: PixelBlock

  private let connection: XConnection
  private let layers: PictureLayers
  private let format: PixelFormat
  private let converter: PixelConverter
  private let segment: SharedSegment?
  private let buffer: PixelBuffer
  /// What `read` gives, when it had to be converted or came by `XGetImage`.
  private var readBuffer: PixelBuffer?
  private var readCapacity = 0

  /// - Parameter useSharedMemory: nil is given when there is none.
  init?(
    _ connection: XConnection, _ format: PixelFormat, _ size: PixelSize, _ layers: PictureLayers, useSharedMemory: Bool
  ) {
    if useSharedMemory {
      let byteCount = format.bytesPerRow(width: size.width) * size.height
      guard let segment = SharedSegment(connection, byteCount: byteCount) else { return nil }
      self.segment = segment
    } else {
      segment = nil
    }
    method = useSharedMemory ? .sharedImage : .image
    self.connection = connection
    self.layers = layers
    self.format = format
    converter = PixelConverter(format)
    buffer = PixelBuffer(size)
    picture = buffer.block
  }

  func update(_ region: DirtyRegion) -> Bool {
    for rect in region.rects {
      for (layer, part) in layers.pieces(of: rect) {
        let isRead = fetch(part, of: layer) { converter.convert($0, to: picture.at(x: part.x, y: part.y), part.size) }
        guard isRead else { return false }
      }
    }
    return true
  }

  func updateFromDamage() -> DirtyRegion? {
    guard let region = layers.takeDamage() else { return nil }
    return update(region) ? region : nil
  }

  func read(_ rect: PixelRect) -> PixelBlock? {
    if readCapacity < rect.area {
      readBuffer = PixelBuffer(rect.size)
      readCapacity = rect.area
    }
    guard let base = readBuffer?.block.base else { return nil }
    let target = PixelBlock(base: base, bytesPerRow: rect.width * 4)
    for (layer, part) in layers.pieces(of: rect) {
      let place = target.at(x: part.x - rect.x, y: part.y - rect.y)
      guard fetch(part, of: layer, { converter.convert($0, to: place, part.size) }) else { return nil }
    }
    return target
  }

  /// Gets `rect` of a layer in the server's format and hands it to `body`.
  private func fetch(_ rect: PixelRect, of layer: PictureLayer, _ body: (PixelBlock) -> Void) -> Bool {
    let display = connection.display
    let (x, y) = (Int32(layer.originX + rect.x), Int32(layer.originY + rect.y))
    let (width, height) = (UInt32(rect.width), UInt32(rect.height))
    if let segment {
      let screen = XDefaultScreen(display)
      let image = XShmCreateImage(
        display, XDefaultVisual(display, screen), UInt32(layer.depth), ZPixmap,
        segment.info.pointee.shmaddr, segment.info, width, height)
      guard let image else { return false }
      defer {
        image.pointee.data = nil
        _ = oriel_destroy_image(image)
      }
      if XShmGetImage(display, layer.drawable, image, x, y, UInt.max) != 0, connection.takeError() == nil {
        body(PixelBlock(base: segment.base, bytesPerRow: Int(image.pointee.bytes_per_line)))
        return true
      }
      // Of a window that the screen cuts off, the server gives the rest by the plain request alone.
      if layer.drawable == connection.root { return false }
    }
    guard let image = XGetImage(display, layer.drawable, x, y, width, height, UInt.max, ZPixmap) else {
      _ = connection.takeError()
      return false
    }
    defer { _ = oriel_destroy_image(image) }
    guard let data = image.pointee.data else { return false }
    body(PixelBlock(base: UnsafeMutableRawPointer(data), bytesPerRow: Int(image.pointee.bytes_per_line)))
    return true
  }
}
