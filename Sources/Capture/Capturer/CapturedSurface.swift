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

  let layout: SurfaceLayout
  var method: CaptureMethod { reader.method }
  var picture: PixelBlock { reader.picture }
  private(set) var detection: CaptureStatistics.Detection

  private let connection: XConnection
  private let format: PixelFormat
  private let methods: [CaptureMethod]
  private var reader: any ScreenReader
  private let damage: DamageTracker?
  private var audit = DamageAudit(now: .now)
  private var isUnread = true
  /// When the comparison last looked, and last found something.
  private var lastLook = MediaTime.zero
  private var lastChange = MediaTime.zero

  /// How often a screen is compared that has not changed for a second.
  private static let restInterval = MediaTime.milliseconds(100)

  /// - Throws: `DisplayMediaError` when no method works.
  convenience init(
    _ connection: XConnection, _ layout: SurfaceLayout, _ methods: [CaptureMethod], usesDamage: Bool
  ) throws(DisplayMediaError) {
    try self.init(
      connection, PixelFormat(connection), layout, methods,
      damage: usesDamage ? DamageTracker(connection, layout) : nil,
      detection: usesDamage ? .damage : .comparison)
  }

  private init(
    _ connection: XConnection, _ format: PixelFormat, _ layout: SurfaceLayout, _ methods: [CaptureMethod],
    damage: DamageTracker?, detection: CaptureStatistics.Detection
  ) throws(DisplayMediaError) {
    self.connection = connection
    self.format = format
    self.layout = layout
    self.methods = methods
    self.damage = damage
    self.detection = detection
    reader = try Self.makeReader(connection, format, layout, methods, detection)
  }

  /// The same surface at another place. What was learned about the server's damage holds.
  func moved(to layout: SurfaceLayout) throws(DisplayMediaError) -> CapturedSurface {
    try CapturedSurface(
      connection, format, layout, methods, damage: damage == nil ? nil : DamageTracker(connection, layout),
      detection: detection)
  }

  /// Whether a damage event of `serial` tells of something new.
  func isNews(serial: UInt) -> Bool { damage?.isNews(serial: serial) ?? false }

  /// When the screen has to be looked at though nobody reported a change.
  func nextLook(interval: MediaTime) -> MediaTime {
    if isUnread { return .zero }
    if detection == .damage { return audit.due }
    let isResting = lastLook - lastChange > .milliseconds(1000)
    return lastLook + (isResting ? Self.restInterval : interval)
  }

  /// Brings the picture up to date.
  /// - Parameter damaged: whether damage was reported.
  func look(damaged: Bool, now: MediaTime) -> Look {
    if isUnread { return readAll(now) }
    guard detection == .damage, let damage else { return compareAll(damaged, now) }
    let isAudit = audit.due <= now
    guard damaged || isAudit else { return Look(dirty: DirtyRegion()) }
    var changed: [PixelRect] = []
    if isAudit {
      // Before the damage is taken: whatever differs must be in it.
      for rect in audit.rects(layout) {
        guard let fresh = reader.read(rect) else { return failed() }
        changed += BlockDiffer.changedBlocks(in: rect, fresh: fresh, picture: picture)
      }
    }
    guard let dirty = reader.update(from: damage) else { return failed() }
    var look = Look(dirty: dirty, isAudit: isAudit)
    if isAudit, audit.finish(changed: changed, explained: dirty, now: now) {
      guard let fresh = try? Self.makeReader(connection, format, layout, methods, .comparison) else { return failed() }
      reader = fresh
      detection = .comparison
      look = readAll(now)
      look.isDamageWrong = true
    }
    return look
  }

  private func readAll(_ now: MediaTime) -> Look {
    damage?.discard()
    var whole = DirtyRegion()
    for rect in layout.visible { whole.add(rect) }
    guard reader.update(whole) else { return failed() }
    isUnread = false
    (lastLook, lastChange) = (now, now)
    return Look(dirty: whole, isWhole: true)
  }

  private func compareAll(_ damaged: Bool, _ now: MediaTime) -> Look {
    if damaged { damage?.discard() }
    var dirty = DirtyRegion()
    for rect in layout.visible {
      guard let fresh = reader.read(rect) else { return failed() }
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
    _ connection: XConnection, _ format: PixelFormat, _ layout: SurfaceLayout, _ methods: [CaptureMethod],
    _ detection: CaptureStatistics.Detection
  ) throws(DisplayMediaError) -> any ScreenReader {
    // An audit reads a band at a time, a comparison everything.
    let spareRows =
      detection == .damage ? DamageAudit.bandRows(height: layout.size.height) : layout.size.height
    for method in methods {
      let reader: (any ScreenReader)? =
        switch method {
        case .sharedPixmap: PixmapReader(connection, format, layout, spareRows: spareRows)
        case .sharedImage: ImageReader(connection, format, layout, useSharedMemory: true)
        case .image: ImageReader(connection, format, layout, useSharedMemory: false)
        }
      if let reader { return reader }
    }
    if connection.isBroken { throw .unreachable(nil) }
    throw .unsupported("the X server lets nobody read its screen in a way that is allowed here")
  }
}
