import CX11
import Media

/// A surface at its present place: its picture, and how its changes are detected. Used by one thread only.
final class CapturedSurface {
  /// The result of reading the screen.
  struct Update {
    /// What changed; nil if the pixels could not be read.
    var dirty: DirtyRegion?
    /// Whether the whole picture is new, including black parts that are never read.
    var isWhole = false
    /// Whether damage was checked.
    var isAudit = false
    /// Whether the check has just shown that damage is not reported reliably.
    var isDamageWrong = false
  }

  /// Changes in place when the surface moves and keeps its size.
  private(set) var layout: SurfaceLayout
  /// The masked parts of the picture, in its coordinates: changes of the screen there are ignored.
  private(set) var masked = ExactRegion()
  var method: CaptureMethod { reader.method }
  var picture: PixelBlock { reader.picture }
  private(set) var detection: CaptureStatistics.Detection

  private let connection: XConnection
  private let methods: [CaptureMethod]
  private var reader: any ScreenReader
  private let layers: PictureLayers
  /// What has to be read although no damage was reported.
  private var stale = DirtyRegion()
  private var audit = DamageAudit(now: .now)
  private var isUnread = true
  /// When the last comparison was, and when one last found a change.
  private var lastComparison = MediaTime.zero
  private var lastChange = MediaTime.zero

  /// The interval of comparisons once the screen has not changed for a second.
  private static let restInterval = MediaTime.milliseconds(100)

  /// - Throws: `DisplayMediaError` if no method works.
  /// - Parameter layers: the drawables that the picture is read from.
  convenience init(
    _ connection: XConnection, _ layout: SurfaceLayout, _ layers: PictureLayers, _ methods: [CaptureMethod],
    usesDamage: Bool
  ) throws(DisplayMediaError) {
    try self.init(connection, layout, layers, methods, detection: usesDamage ? .damage : .comparison)
  }

  private init(
    _ connection: XConnection, _ layout: SurfaceLayout, _ layers: PictureLayers, _ methods: [CaptureMethod],
    detection: CaptureStatistics.Detection
  ) throws(DisplayMediaError) {
    self.connection = connection
    self.layout = layout
    self.methods = methods
    self.layers = layers
    self.detection = detection
    reader = try Self.makeReader(connection, layout, layers, methods, detection)
  }

  /// The same surface at another place, with the present method of detecting changes.
  func moved(to layout: SurfaceLayout, _ layers: PictureLayers) throws(DisplayMediaError) -> CapturedSurface {
    try CapturedSurface(connection, layout, layers, methods, detection: detection)
  }

  /// Whether an event of `damage` with this `serial` reports damage after the last reading.
  func isUnseen(_ damage: Damage, serial: UInt) -> Bool { layers.isUnseen(damage, serial: serial) }

  /// Reads from `fresh` at `layout` from now on, everything with the next update.
  /// - Returns: whether it can: not with another size or other visible parts, nor if the lowest layer has another format than
  ///   before.
  func replaceLayers(_ fresh: [PictureLayer], at layout: SurfaceLayout) -> Bool {
    guard layout.size == self.layout.size, layout.visible == self.layout.visible,
      let format = layers.all.first?.format, fresh.first?.format.hasSameLayout(as: format) == true
    else { return false }
    layers.all = fresh
    self.layout = layout
    isUnread = true
    return true
  }

  /// Changes which parts of the picture are masked. The parts that are not masked any more are read again before the next
  /// picture.
  func mask(_ region: ExactRegion) {
    for rect in masked.subtracting(region).rects {
      for visible in layout.visible { stale.add(rect.intersection(visible)) }
    }
    masked = region
  }

  /// Copies the masked parts of the picture into `block`, which shows `rect`, so that they do not count as changes.
  private func keepMasked(_ block: PixelBlock, of rect: PixelRect) {
    for place in masked.rects {
      let part = place.intersection(rect)
      if part.isEmpty { continue }
      block.at(x: part.x - rect.x, y: part.y - rect.y).copy(part.size, from: picture.at(x: part.x, y: part.y))
    }
  }

  /// When the screen has to be read although no damage was reported.
  func nextUpdate(interval: MediaTime) -> MediaTime {
    if isUnread || !stale.isEmpty { return .zero }
    if detection == .damage { return audit.due }
    let isResting = lastComparison - lastChange > .milliseconds(1000)
    return lastComparison + (isResting ? Self.restInterval : interval)
  }

  /// Brings the picture up to date.
  /// - Parameter damaged: whether damage was reported.
  func update(damaged: Bool, now: MediaTime) -> Update {
    if isUnread { return readAll(now) }
    guard detection == .damage else { return compareAll(damaged, now) }
    let isAudit = audit.due <= now
    guard damaged || isAudit || !stale.isEmpty else { return Update(dirty: DirtyRegion()) }
    var changed: [PixelRect] = []
    if isAudit {
      // Compared before the damage is taken: every difference must be in the damage.
      for rect in audit.rects(layout) {
        guard let fresh = reader.read(rect) else { return failed() }
        keepMasked(fresh, of: rect)
        changed += BlockDiffer.changedBlocks(in: rect, fresh: fresh, picture: picture)
      }
    }
    guard var dirty = reader.updateFromDamage() else { return failed() }
    if !stale.isEmpty {
      guard reader.update(stale) else { return failed() }
      dirty.formUnion(stale)
      stale.removeAll()
    }
    var update = Update(dirty: dirty, isAudit: isAudit)
    if isAudit, audit.finish(changed: changed, explained: dirty, now: now) {
      guard let fresh = try? Self.makeReader(connection, layout, layers, methods, .comparison) else {
        return failed()
      }
      reader = fresh
      detection = .comparison
      update = readAll(now)
      update.isDamageWrong = true
    }
    return update
  }

  private func readAll(_ now: MediaTime) -> Update {
    layers.discardDamage()
    stale.removeAll()
    var whole = DirtyRegion()
    for rect in layout.visible { whole.add(rect) }
    guard reader.update(whole) else { return failed() }
    isUnread = false
    (lastComparison, lastChange) = (now, now)
    return Update(dirty: whole, isWhole: true)
  }

  private func compareAll(_ damaged: Bool, _ now: MediaTime) -> Update {
    if damaged { layers.discardDamage() }
    stale.removeAll()
    var dirty = DirtyRegion()
    for rect in layout.visible {
      guard let fresh = reader.read(rect) else { return failed() }
      keepMasked(fresh, of: rect)
      dirty.formUnion(BlockDiffer.update(picture, with: fresh, in: rect))
    }
    lastComparison = now
    if !dirty.isEmpty { lastChange = now }
    return Update(dirty: dirty)
  }

  private func failed() -> Update {
    isUnread = true
    return Update(dirty: nil)
  }

  private static func makeReader(
    _ connection: XConnection, _ layout: SurfaceLayout, _ layers: PictureLayers, _ methods: [CaptureMethod],
    _ detection: CaptureStatistics.Detection
  ) throws(DisplayMediaError) -> any ScreenReader {
    let format = if let first = layers.all.first { first.format } else { try PixelFormat(connection) }
    // An audit reads one band at a time, a comparison the whole picture.
    let spareRows =
      detection == .damage ? DamageAudit.bandRows(height: layout.size.height) : layout.size.height
    for method in methods {
      let reader: (any ScreenReader)? =
        switch method {
        case .sharedPixmap: PixmapReader(connection, format, layout.size, layers, spareRows: spareRows)
        case .sharedImage: ImageReader(connection, layout.size, layers, useSharedMemory: true)
        case .image: ImageReader(connection, layout.size, layers, useSharedMemory: false)
        }
      if let reader { return reader }
    }
    if connection.isBroken { throw .unreachable(nil) }
    throw .unsupported("the X server offers no method of reading its screen that is allowed here")
  }
}
