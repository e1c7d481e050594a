import CX11
import Media

/// Reads by way of a pixmap in shared memory: the server itself puts changed pixels where the picture has them.
///
/// Below the picture the pixmap has some rows to spare, for `read`.
final class PixmapReader: ScreenReader {
  let method = CaptureMethod.sharedPixmap
  let picture: PixelBlock

  private let connection: XConnection
  private let layers: PictureLayers
  private let size: PixelSize
  private let format: PixelFormat
  private let segment: SharedSegment
  private let native: PixelBlock
  /// By depth: a server copies between drawables of one depth alone, and all have the same memory.
  private var targets: [Int: Target] = [:]
  private let spareRows: Int
  /// Of layers that the server cannot copy into the picture: of another format, or that show what is behind them.
  private let others: DrawableReader
  /// Where the server's format is not BGRX: the picture, and the spare rows, converted.
  private let converter: PixelConverter?
  private let converted: PixelBuffer?

  private struct Target {
    let pixmap: Pixmap
    let plainContext: GC
    let clippedContext: GC
  }

  /// Nil where the server offers no shared pixmaps.
  /// - Parameter spareRows: the most rows one `read` can give.
  init?(
    _ connection: XConnection, _ format: PixelFormat, _ size: PixelSize, _ layers: PictureLayers, spareRows: Int
  ) {
    var (major, minor, offersPixmaps) = (Int32(), Int32(), Bool32())
    let display = connection.display
    guard XShmQueryExtension(display) != 0, XShmQueryVersion(display, &major, &minor, &offersPixmaps) != 0,
      offersPixmaps != 0,
      XShmPixmapFormat(display) == ZPixmap
    else { return nil }
    let (width, height) = (size.width, size.height + spareRows)
    let bytesPerRow = format.bytesPerRow(width: width)
    // The protocol's sizes are 16 bits.
    guard height <= 32767, let segment = SharedSegment(connection, byteCount: bytesPerRow * height) else { return nil }
    self.connection = connection
    self.layers = layers
    self.size = size
    self.format = format
    self.segment = segment
    self.spareRows = spareRows
    others = DrawableReader(connection, shared: 1 << 20)
    native = PixelBlock(base: segment.base, bytesPerRow: bytesPerRow)
    if format.isBGRX {
      (converter, converted, picture) = (nil, nil, native)
    } else {
      let buffer = PixelBuffer(PixelSize(width: width, height: height))
      (converter, converted, picture) = (PixelConverter(format), buffer, buffer.block)
    }
    // The server copies into the others by their depth as they come.
    guard target(for: format) != nil else { return nil }
  }

  deinit {
    for target in targets.values {
      XFreeGC(connection.display, target.plainContext)
      XFreeGC(connection.display, target.clippedContext)
      XFreePixmap(connection.display, target.pixmap)
    }
  }

  /// A pixmap of a format's depth over the shared memory; nil where its pixels are not laid out as the picture's, or the
  /// server has none.
  private func target(for format: PixelFormat) -> Target? {
    if let target = targets[format.depth] { return target }
    guard format.isLaidOut(as: self.format) else { return nil }
    let display = connection.display
    var pixmap = Pixmap()
    let error = connection.trap {
      pixmap = XShmCreatePixmap(
        display, connection.root, segment.info.pointee.shmaddr, segment.info, UInt32(size.width),
        UInt32(size.height + spareRows), UInt32(format.depth))
    }
    guard error == nil, !connection.isBroken else { return nil }
    var values = XGCValues()
    values.subwindow_mode = IncludeInferiors
    values.graphics_exposures = 0
    let mask = UInt(GCSubwindowMode | GCGraphicsExposures)
    guard let plain = XCreateGC(display, pixmap, mask, &values),
      let clipped = XCreateGC(display, pixmap, mask, &values)
    else { return nil }
    let target = Target(pixmap: pixmap, plainContext: plain, clippedContext: clipped)
    targets[format.depth] = target
    return target
  }

  func update(_ region: DirtyRegion) -> Bool { paint(region.rects.map { ($0, $0) }) }

  func updateFromDamage() -> DirtyRegion? {
    guard let layer = layers.only, let damage = layer.damage, let target = target(for: layer.format) else {
      guard let region = layers.takeDamage() else { return nil }
      return update(region) ? region : nil
    }
    // One round trip: the server takes the damage, copies exactly that, and says where it was.
    damage.takeIntoRegion()
    let display = connection.display
    XFixesSetGCClipRegion(
      display, target.clippedContext, Int32(-layer.originX), Int32(-layer.originY), damage.region)
    XCopyArea(
      display, layer.drawable, target.pixmap, target.clippedContext, Int32(layer.originX), Int32(layer.originY),
      UInt32(size.width), UInt32(size.height), 0, 0)
    guard let region = damage.fetchRegion(), connection.takeError() == nil else { return nil }
    convert(region)
    return region
  }

  func read(_ rect: PixelRect) -> PixelBlock? {
    guard rect.height <= spareRows else { return nil }
    let place = PixelRect(x: rect.x, y: size.height, width: rect.width, height: rect.height)
    return paint([(rect, place)]) ? picture.at(x: place.x, y: place.y) : nil
  }

  /// How many of the lowest layers the server copies, one over the other: the rest is painted over them here.
  private var copied: Int {
    let others = layers.all.enumerated().first { index, layer in
      target(for: layer.format) == nil || index > 0 && (layer.format.alphaMask != 0 || layers.all[0].shape != nil)
    }
    return others?.offset ?? layers.all.count
  }

  /// Paints rectangles of the picture where they belong, or elsewhere in the shared memory.
  private func paint(_ rects: [(PixelRect, to: PixelRect)]) -> Bool {
    let copied = copied
    for (rect, place) in rects {
      for layer in layers.all.prefix(copied) { copy(rect, of: layer, toX: place.x, y: place.y) }
    }
    guard wait() else { return false }
    for (rect, place) in rects {
      let target = picture.at(x: place.x, y: place.y)
      if copied > 0 {
        convert(DirtyRegion(place))
        layers.blacken(layers.gaps(in: rect), of: rect, target)
      }
      guard layers.paint(rect, from: copied, by: others, onto: target) else { return false }
    }
    return true
  }

  private func copy(_ rect: PixelRect, of layer: PictureLayer, toX x: Int, y: Int) {
    guard let target = target(for: layer.format) else { return }
    for part in layer.parts(of: rect) {
      XCopyArea(
        connection.display, layer.drawable, target.pixmap, target.plainContext, Int32(layer.originX + part.x),
        Int32(layer.originY + part.y), UInt32(part.width), UInt32(part.height), Int32(x + part.x - rect.x),
        Int32(y + part.y - rect.y))
    }
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
