import CX11
import Media

/// Reads by way of a pixmap in shared memory: the server itself puts changed pixels where the picture has them.
///
/// Below the picture the pixmap has some rows to spare, for `read`.
final class PixmapReader: ScreenReader {
  let method = CaptureMethod.sharedPixmap
  let picture: PixelBlock

  private let connection: XConnection
  private let layout: SurfaceLayout
  private let format: PixelFormat
  private let segment: SharedSegment
  private let native: PixelBlock
  private let pixmap: Pixmap
  private let plainContext: GC
  private let clippedContext: GC
  private let spareRows: Int
  /// Where the server's format is not BGRX: the picture, and the spare rows, converted.
  private let converter: PixelConverter?
  private let converted: PixelBuffer?

  /// Nil where the server offers no shared pixmaps.
  /// - Parameter spareRows: the most rows one `read` can give.
  init?(_ connection: XConnection, _ format: PixelFormat, _ layout: SurfaceLayout, spareRows: Int) {
    var (major, minor, offersPixmaps) = (Int32(), Int32(), Bool32())
    let display = connection.display
    guard XShmQueryExtension(display) != 0, XShmQueryVersion(display, &major, &minor, &offersPixmaps) != 0,
      offersPixmaps != 0,
      XShmPixmapFormat(display) == ZPixmap
    else { return nil }
    let (width, height) = (layout.size.width, layout.size.height + spareRows)
    let bytesPerRow = format.bytesPerRow(width: width)
    // The protocol's sizes are 16 bits.
    guard height <= 32767, let segment = SharedSegment(connection, byteCount: bytesPerRow * height) else { return nil }
    let depth = UInt32(XDefaultDepth(display, XDefaultScreen(display)))
    var pixmap = Pixmap()
    let error = connection.trap {
      pixmap = XShmCreatePixmap(
        display, connection.root, segment.info.pointee.shmaddr, segment.info, UInt32(width), UInt32(height), depth)
    }
    guard error == nil, !connection.isBroken else { return nil }
    var values = XGCValues()
    values.subwindow_mode = IncludeInferiors
    values.graphics_exposures = 0
    let mask = UInt(GCSubwindowMode | GCGraphicsExposures)
    guard let plain = XCreateGC(display, pixmap, mask, &values),
      let clipped = XCreateGC(display, pixmap, mask, &values)
    else { return nil }
    self.connection = connection
    self.layout = layout
    self.format = format
    self.segment = segment
    self.pixmap = pixmap
    self.spareRows = spareRows
    plainContext = plain
    clippedContext = clipped
    native = PixelBlock(base: segment.base, bytesPerRow: bytesPerRow)
    if format.isBGRX {
      (converter, converted, picture) = (nil, nil, native)
    } else {
      let buffer = PixelBuffer(PixelSize(width: width, height: height))
      (converter, converted, picture) = (PixelConverter(format), buffer, buffer.block)
    }
  }

  deinit {
    XFreeGC(connection.display, plainContext)
    XFreeGC(connection.display, clippedContext)
    XFreePixmap(connection.display, pixmap)
  }

  func update(_ region: DirtyRegion) -> Bool {
    for rect in region.rects { copy(rect, toX: rect.x, y: rect.y) }
    guard wait() else { return false }
    convert(region)
    return true
  }

  func update(from damage: DamageTracker) -> DirtyRegion? {
    // One round trip: the server takes the damage, copies exactly that, and says where it was.
    damage.takeIntoRegion()
    let display = connection.display
    XFixesSetGCClipRegion(
      display, clippedContext, Int32(-layout.area.x), Int32(-layout.area.y), damage.region)
    XCopyArea(
      display, connection.root, pixmap, clippedContext, Int32(layout.area.x), Int32(layout.area.y),
      UInt32(layout.area.width), UInt32(layout.area.height), 0, 0)
    guard let region = damage.fetchRegion(), connection.takeError() == nil else { return nil }
    convert(region)
    return region
  }

  func read(_ rect: PixelRect) -> PixelBlock? {
    guard rect.height <= spareRows else { return nil }
    let place = PixelRect(x: rect.x, y: layout.size.height, width: rect.width, height: rect.height)
    copy(rect, toX: place.x, y: place.y)
    guard wait() else { return nil }
    convert(DirtyRegion(place))
    return picture.at(x: place.x, y: place.y)
  }

  private func copy(_ rect: PixelRect, toX x: Int, y: Int) {
    XCopyArea(
      connection.display, connection.root, pixmap, plainContext, Int32(layout.area.x + rect.x),
      Int32(layout.area.y + rect.y), UInt32(rect.width), UInt32(rect.height), Int32(x), Int32(y))
  }

  private func wait() -> Bool {
    connection.synchronize()
    return connection.takeError() == nil && !connection.isBroken
  }

  private func convert(_ region: DirtyRegion) {
    guard let converter else { return }
    for rect in region.rects {
      converter.convert(
        native.at(x: rect.x, y: rect.y, bytesPerPixel: format.bitsPerPixel / 8), to: picture.at(x: rect.x, y: rect.y),
        rect.size)
    }
  }
}

/// Xlib's `Bool`.
typealias Bool32 = Int32
