import CX11
import Media

/// Reads by `XShmGetImage` where there is shared memory, else by `XGetImage`, into a picture of its own.
final class ImageReader: ScreenReader {
  let method: CaptureMethod
  let picture: PixelBlock

  private let connection: XConnection
  private let layout: SurfaceLayout
  private let format: PixelFormat
  private let converter: PixelConverter
  private let segment: SharedSegment?
  private let buffer: PixelBuffer
  /// What `read` gives, when it had to be converted or came by `XGetImage`.
  private var readBuffer: PixelBuffer?
  private var readCapacity = 0

  /// - Parameter useSharedMemory: nil is given when there is none.
  init?(_ connection: XConnection, _ format: PixelFormat, _ layout: SurfaceLayout, useSharedMemory: Bool) {
    if useSharedMemory {
      let byteCount = format.bytesPerRow(width: layout.size.width) * layout.size.height
      guard let segment = SharedSegment(connection, byteCount: byteCount) else { return nil }
      self.segment = segment
    } else {
      segment = nil
    }
    method = useSharedMemory ? .sharedImage : .image
    self.connection = connection
    self.layout = layout
    self.format = format
    converter = PixelConverter(format)
    buffer = PixelBuffer(layout.size)
    picture = buffer.block
  }

  func update(_ region: DirtyRegion) -> Bool {
    for rect in region.rects {
      let isRead = fetch(rect) { converter.convert($0, to: picture.at(x: rect.x, y: rect.y), rect.size) }
      guard isRead else { return false }
    }
    return true
  }

  func read(_ rect: PixelRect) -> PixelBlock? {
    if readCapacity < rect.area {
      readBuffer = PixelBuffer(rect.size)
      readCapacity = rect.area
    }
    guard let base = readBuffer?.block.base else { return nil }
    let target = PixelBlock(base: base, bytesPerRow: rect.width * 4)
    return fetch(rect) { converter.convert($0, to: target, rect.size) } ? target : nil
  }

  /// Gets `rect` in the server's format and hands it to `body`.
  private func fetch(_ rect: PixelRect, _ body: (PixelBlock) -> Void) -> Bool {
    let display = connection.display
    let (x, y) = (Int32(layout.area.x + rect.x), Int32(layout.area.y + rect.y))
    let (width, height) = (UInt32(rect.width), UInt32(rect.height))
    if let segment {
      let screen = XDefaultScreen(display)
      let image = XShmCreateImage(
        display, XDefaultVisual(display, screen), UInt32(XDefaultDepth(display, screen)), ZPixmap,
        segment.info.pointee.shmaddr, segment.info, width, height)
      guard let image else { return false }
      defer {
        image.pointee.data = nil
        _ = oriel_destroy_image(image)
      }
      guard XShmGetImage(display, connection.root, image, x, y, UInt.max) != 0, connection.takeError() == nil else {
        return false
      }
      body(PixelBlock(base: segment.base, bytesPerRow: Int(image.pointee.bytes_per_line)))
      return true
    }
    guard let image = XGetImage(display, connection.root, x, y, width, height, UInt.max, ZPixmap) else {
      _ = connection.takeError()
      return false
    }
    defer { _ = oriel_destroy_image(image) }
    guard let data = image.pointee.data else { return false }
    body(PixelBlock(base: UnsafeMutableRawPointer(data), bytesPerRow: Int(image.pointee.bytes_per_line)))
    return true
  }
}
