import CX11
import Media

/// Composes the delivered pictures of a surface: masks, pointer, and what has changed since the last one. Used by one thread only.
final class PictureComposer {
  private let connection: XConnection
  private let canTrackCursor: Bool
  private let masker: PictureMasker?
  private var cursorMode: CursorCapture
  private var cursor: CursorTracker?
  private var overlay = CursorOverlay()
  private var drawnCursor: CursorTracker.Drawn?
  /// Changes in the picture that were not delivered yet.
  private var undelivered = DirtyRegion()

  init(
    _ connection: XConnection, _ extensions: XExtensions, _ options: DisplayMediaStreamOptions,
    _ exclusions: ExclusionMask?
  ) {
    self.connection = connection
    canTrackCursor = extensions.fixesEvent != nil
    masker = PictureMasker(exclusions, masks: options.masks, connection)
    cursorMode = options.cursor
    cursor = canTrackCursor ? CursorTracker(connection, mode: cursorMode) : nil
  }

  // MARK: The pointer

  /// - Returns: whether the mode is another one, so that the pointer may come or go.
  func change(cursor mode: CursorCapture) -> Bool {
    guard mode != cursorMode else { return false }
    cursorMode = mode
    cursor = canTrackCursor ? CursorTracker(connection, mode: mode) : nil
    return true
  }

  /// To be called when the server reports another shape of the pointer.
  func cursorShapeChanged() { cursor?.shapeChanged() }

  /// Queries the pointer, before a picture is read.
  func queryCursor(now: MediaTime) { cursor?.query(now: now) }

  /// What the pointer's next query depends on; nil if it is not in the picture.
  func pointer(_ now: MediaTime) -> CaptureSchedule.Pointer? { cursor?.pointer(now) }

  // MARK: Changes

  /// When more can be painted in the mask without an event.
  var nextDeadline: MediaTime? { masker?.nextDeadline }

  /// The surface is another one: nothing of it was delivered or drawn.
  func startOver() {
    drawnCursor = nil
    undelivered.removeAll()
  }

  /// Pixels were read that are not delivered now.
  func postpone(_ changes: DirtyRegion) {
    undelivered.formUnion(changes)
    masker?.invalidate()
  }

  /// Masks the picture that `surface` has just read. All events up to the reading must have been processed.
  func mask(_ surface: CapturedSurface, of target: WindowTarget?, _ changes: DirtyRegion) {
    undelivered.formUnion(masker?.mask(surface, of: target, changes) ?? changes)
  }

  /// Whether other windows were painted in the masked picture: they were read after the screen.
  var hasPaintedWindows: Bool { masker?.isPainted ?? false }

  /// To be called after the events that arrived while the painted windows were read: blackens them if one of them turned out to
  /// be excluded.
  /// - Returns: whether it did.
  func recheck(_ surface: CapturedSurface) -> Bool {
    guard let changed = masker?.recheck(surface) else { return false }
    undelivered.formUnion(changed)
    return true
  }

  // MARK: Delivery

  /// Draws the pointer over the masked picture, sends it, and removes the pointer again.
  /// - Parameters:
  ///   - timestamp: when the picture was read, which began `captureTime` earlier.
  ///   - showsPointer: false leaves the pointer out, as does a captured window that is not under it.
  /// - Returns: whether any sink received it.
  func deliver(
    _ surface: CapturedSurface, of target: WindowTarget?, at timestamp: MediaTime, captureTime: MediaTime,
    showsPointer: Bool, to sinks: Sinks<any VideoSink>
  ) -> Bool {
    let (area, picture) = (surface.layout.area, surface.picture)
    var pointer = cursor?.placement(in: area, now: timestamp)
    // A window's picture shows the pointer only while it is over that window.
    if let target, let cursor, !showsPointer || !target.isUnderPointer(cursor.windowBelow) { pointer = nil }
    if pointer != drawnCursor {
      if let pointer { undelivered.add(pointer.rect.intersection(PixelRect(area.size))) }
      if let drawnCursor { undelivered.add(drawnCursor.rect.intersection(PixelRect(area.size))) }
      drawnCursor = pointer
    }
    if let pointer, let shape = cursor?.shape { overlay.draw(shape, at: pointer.rect, over: picture, area.size) }
    let isDelivered = sinks.deliver(
      VideoFrame(
        pixels: picture.base, bytesPerRow: picture.bytesPerRow, size: area.size, dirty: undelivered,
        timestamp: timestamp, captureTime: captureTime))
    undelivered.removeAll()
    overlay.erase(from: picture)
    return isDelivered
  }
}
