import CX11
import Media

/// Reads through a pixmap in shared memory: the server itself copies changed pixels into the picture.
///
/// Below the picture the pixmap has spare rows, for `read`.
final class PixmapReader: ScreenReader {
  let method = CaptureMethod.sharedPixmap
  let picture: PixelBlock

  private let connection: XConnection
  private let layers: PictureLayers
  private let size: PixelSize
  private let format: PixelFormat
  private let segment: SharedSegment
  private let native: PixelBlock
  /// By depth: a server copies only between drawables of one depth. All pixmaps share one memory.
  private var targets: [Int: Target] = [:]
  private let spareRows: Int
  /// Reads layers that the server cannot copy into the picture: of another format, or translucent.
  private let drawableReader: DrawableReader
  /// Unless the server's format is BGRX: the picture and the spare rows, converted.
  private let converter: PixelConverter?
  private let converted: PixelBuffer?

  private struct Target {
    let pixmap: Pixmap
    let plainContext: GC
    let clippedContext: GC
  }

  /// Nil where the server has no shared pixmaps.
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
    drawableReader = DrawableReader(connection, shared: 1 << 20)
    native = PixelBlock(base: segment.base, bytesPerRow: bytesPerRow)
    if format.isBGRX {
      (converter, converted, picture) = (nil, nil, native)
    } else {
      let buffer = PixelBuffer(PixelSize(width: width, height: height))
      (converter, converted, picture) = (PixelConverter(format), buffer, buffer.block)
    }
    // Pixmaps of other depths are created when a layer needs them.
    guard target(for: format) != nil else { return nil }
  }

  deinit {
    for target in targets.values {
      XFreeGC(connection.display, target.plainContext)
      XFreeGC(connection.display, target.clippedContext)
      XFreePixmap(connection.display, target.pixmap)
    }
  }

  /// A pixmap of the format's depth over the shared memory; nil where the format's layout is not the picture's, or the server
  /// refuses.
  private func target(for format: PixelFormat) -> Target? {
    if let target = targets[format.depth] { return target }
    guard format.hasSameLayout(as: self.format) else { return nil }
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
    // One round trip: the server moves the damage to a region, copies exactly that, and returns the region.
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

  /// How many of the lowest layers the server copies; the layers above are painted over them here.
  private var copiedLayerCount: Int {
    let firstPainted = layers.all.enumerated().first { index, layer in
      target(for: layer.format) == nil || index > 0 && (layer.format.alphaMask != 0 || layers.all[0].shape != nil)
    }
    return firstPainted?.offset ?? layers.all.count
  }

  /// Paints rectangles of the area to the given places in the shared memory.
  private func paint(_ rects: [(PixelRect, to: PixelRect)]) -> Bool {
    let copiedLayerCount = copiedLayerCount
    for (rect, place) in rects {
      for layer in layers.all.prefix(copiedLayerCount) { copy(rect, of: layer, toX: place.x, y: place.y) }
    }
    guard wait() else { return false }
    for (rect, place) in rects {
      let target = picture.at(x: place.x, y: place.y)
      if copiedLayerCount > 0 {
        convert(DirtyRegion(place))
        layers.blacken(layers.gaps(in: rect), of: rect, target)
      }
      guard layers.paint(rect, from: copiedLayerCount, by: drawableReader, onto: target) else { return false }
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
