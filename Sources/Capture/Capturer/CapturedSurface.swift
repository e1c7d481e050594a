import CX11
import Media

/// A surface at its present place: the picture of it, and how its changes are found. Used by one thread only.
final class CapturedSurface {
  /// What a look at the screen found.
  struct Look {
    /// What changed; nil when the pixels could not be read.
    var dirty: DirtyRegion?
    /// Whether everything is new, unread black parts too.
    var isWhole = false
    /// Whether damage was checked.
    var isAudit = false
    /// Whether damage just proved wrong.
    var isDamageWrong = false
  }

  /// Changes in place when the surface moves and keeps its size.
  var layout: SurfaceLayout
  /// Places that do not show the screen, in the picture's coordinates: what is there is nobody's business, and no change.
  var covered = ExactRegion()
  var method: CaptureMethod { reader.method }
  var picture: PixelBlock { reader.picture }
  private(set) var detection: CaptureStatistics.Detection

  private let connection: XConnection
  private let methods: [CaptureMethod]
  private var reader: any ScreenReader
  private let layers: PictureLayers
  /// What has to be read though no damage says so.
  private var stale = DirtyRegion()
  private var audit = DamageAudit(now: .now)
  private var isUnread = true
  /// When the comparison last looked, and last found something.
  private var lastLook = MediaTime.zero
  private var lastChange = MediaTime.zero

  /// How often a screen is compared that has not changed for a second.
  private static let restInterval = MediaTime.milliseconds(100)

  /// - Throws: `DisplayMediaError` when no method works.
  /// - Parameter layers: what the picture is read from.
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

  /// The same surface at another place. What was learned about the server's damage holds.
  func moved(to layout: SurfaceLayout, _ layers: PictureLayers) throws(DisplayMediaError) -> CapturedSurface {
    try CapturedSurface(connection, layout, layers, methods, detection: detection)
  }

  /// Whether an event of `damage` with this `serial` tells of something new.
  func isNews(_ damage: Damage, serial: UInt) -> Bool { layers.isNews(damage, serial: serial) }

  /// Reads from `fresh` from now on, all of it with the next look.
  /// - Returns: whether it can: not when the lowest is of another format than before.
  func replaceLayers(_ fresh: [PictureLayer]) -> Bool {
    guard let format = layers.all.first?.format, fresh.first?.format.isLaidOut(as: format) == true else { return false }
    layers.all = fresh
    isUnread = true
    return true
  }

  /// `rect` of the picture is older than the screen.
  func doubt(_ rect: PixelRect) {
    for visible in layout.visible { stale.add(rect.intersection(visible)) }
  }

  /// Makes the covered places of `block`, which shows `rect`, as they are in the picture.
  private func cover(_ block: PixelBlock, of rect: PixelRect) {
    for place in covered.rects {
      let part = place.intersection(rect)
      if part.isEmpty { continue }
      block.at(x: part.x - rect.x, y: part.y - rect.y).copy(part.size, from: picture.at(x: part.x, y: part.y))
    }
  }

  /// When the screen has to be looked at though nobody reported a change.
  func nextLook(interval: MediaTime) -> MediaTime {
    if isUnread || !stale.isEmpty { return .zero }
    if detection == .damage { return audit.due }
    let isResting = lastLook - lastChange > .milliseconds(1000)
    return lastLook + (isResting ? Self.restInterval : interval)
  }

  /// Brings the picture up to date.
  /// - Parameter damaged: whether damage was reported.
  func look(damaged: Bool, now: MediaTime) -> Look {
    if isUnread { return readAll(now) }
    guard detection == .damage else { return compareAll(damaged, now) }
    let isAudit = audit.due <= now
    guard damaged || isAudit || !stale.isEmpty else { return Look(dirty: DirtyRegion()) }
    var changed: [PixelRect] = []
    if isAudit {
      // Before the damage is taken: whatever differs must be in it.
      for rect in audit.rects(layout) {
        guard let fresh = reader.read(rect) else { return failed() }
        cover(fresh, of: rect)
        changed += BlockDiffer.changedBlocks(in: rect, fresh: fresh, picture: picture)
      }
    }
    guard var dirty = reader.updateFromDamage() else { return failed() }
    if !stale.isEmpty {
      guard reader.update(stale) else { return failed() }
      dirty.formUnion(stale)
      stale.removeAll()
    }
    var look = Look(dirty: dirty, isAudit: isAudit)
    if isAudit, audit.finish(changed: changed, explained: dirty, now: now) {
      guard let fresh = try? Self.makeReader(connection, layout, layers, methods, .comparison) else {
        return failed()
      }
      reader = fresh
      detection = .comparison
      look = readAll(now)
      look.isDamageWrong = true
    }
    return look
  }

  private func readAll(_ now: MediaTime) -> Look {
    layers.discardDamage()
    stale.removeAll()
    var whole = DirtyRegion()
    for rect in layout.visible { whole.add(rect) }
    guard reader.update(whole) else { return failed() }
    isUnread = false
    (lastLook, lastChange) = (now, now)
    return Look(dirty: whole, isWhole: true)
  }

  private func compareAll(_ damaged: Bool, _ now: MediaTime) -> Look {
    if damaged { layers.discardDamage() }
    stale.removeAll()
    var dirty = DirtyRegion()
    for rect in layout.visible {
      guard let fresh = reader.read(rect) else { return failed() }
      cover(fresh, of: rect)
      dirty.formUnion(BlockDiffer.update(picture, with: fresh, in: rect))
    }
    lastLook = now
    if !dirty.isEmpty { lastChange = now }
    return Look(dirty: dirty)
  }

  private func failed() -> Look {
    isUnread = true
    return Look(dirty: nil)
  }

  private static func makeReader(
    _ connection: XConnection, _ layout: SurfaceLayout, _ layers: PictureLayers, _ methods: [CaptureMethod],
    _ detection: CaptureStatistics.Detection
  ) throws(DisplayMediaError) -> any ScreenReader {
    let format = if let first = layers.all.first { first.format } else { try PixelFormat(connection) }
    // An audit reads a band at a time, a comparison everything.
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
    throw .unsupported("the X server lets nobody read its screen in a way that is allowed here")
  }
}
