import CX11
import Media

/// Tracks the pointer's shape and place, and whether it is shown. Used by one thread only.
///
/// The shape is read when the server reports a change. The place is polled, since the core protocol does not report motion over
/// other programs' windows: every frame interval while the pointer moves, ten times a second while it rests.
final class CursorTracker {
  /// The pointer as it is drawn into the picture.
  struct Drawn: Equatable {
    var rect: PixelRect
    var shapeNumber: Int
  }

  /// How long a pointer counts as moving after its last motion; in `motion` mode it is shown that long.
  static let motionLinger = MediaTime.milliseconds(1000)

  private(set) var shape: CursorShape?
  private let connection: XConnection
  private let mode: CursorCapture
  private var shapeNumber = 0
  private var isShapeStale = true
  /// The child of the root under the pointer; 0 for none.
  private(set) var windowBelow = Window()
  private var position: (x: Int, y: Int)?
  private var lastMotion: MediaTime?
  private var lastQuery = MediaTime.zero

  /// Nil in `never` mode, so that the pointer costs nothing.
  init?(_ connection: XConnection, mode: CursorCapture) {
    guard mode != .never else { return nil }
    self.connection = connection
    self.mode = mode
    XFixesSelectCursorInput(connection.display, connection.root, UInt(XFixesDisplayCursorNotifyMask))
  }

  /// To be called when the server reports another shape.
  func shapeChanged() { isShapeStale = true }

  /// What its next query depends on.
  func pointer(_ now: MediaTime) -> CaptureSchedule.Pointer {
    CaptureSchedule.Pointer(isMoving: isMoving(now), needsShape: isShapeStale, lastQuery: lastQuery)
  }

  private func isMoving(_ now: MediaTime) -> Bool {
    guard let lastMotion else { return false }
    return now - lastMotion < Self.motionLinger
  }

  /// Queries the pointer's place, and its shape if it changed. One round trip, or two.
  func query(now: MediaTime) {
    queryPlace(now: now)
    refreshShape()
  }

  private func queryPlace(now: MediaTime) {
    lastQuery = now
    var (window, child) = (Window(), Window())
    var (x, y, windowX, windowY) = (Int32(), Int32(), Int32(), Int32())
    var mask = UInt32()
    let isHere = XQueryPointer(
      connection.display, connection.root, &window, &child, &x, &y, &windowX, &windowY, &mask)
    let found: (x: Int, y: Int)? = isHere != 0 ? (Int(x), Int(y)) : nil
    if let found, let position, found != position { lastMotion = now }
    position = found
    windowBelow = isHere != 0 ? child : 0
  }

  private func refreshShape() {
    guard isShapeStale else { return }
    isShapeStale = false
    guard let fresh = CursorShape(connection) else { return }
    if fresh != shape { shapeNumber += 1 }
    shape = fresh
  }

  /// The pointer to draw into a picture of `area` (in the root's coordinates) now; nil if it is not shown there.
  func placement(in area: PixelRect, now: MediaTime) -> Drawn? {
    guard let position, let shape, mode == .always || isMoving(now) else { return nil }
    let rect = shape.rect(x: position.x - area.x, y: position.y - area.y)
    guard !rect.intersection(PixelRect(area.size)).isEmpty else { return nil }
    return Drawn(rect: rect, shapeNumber: shapeNumber)
  }
}
