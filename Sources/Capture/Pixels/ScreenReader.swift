import Media

/// Reads the screen and keeps the picture of the captured area. Used by the connection's thread only.
protocol ScreenReader: AnyObject {
  var method: CaptureMethod { get }

  /// The picture as of the last update: BGRX, the size of the area; black where nothing was read yet.
  var picture: PixelBlock { get }

  /// Re-reads `region` (in the area's coordinates, inside its visible part).
  /// - Returns: false on failure; the picture is then out of date there.
  func update(_ region: DirtyRegion) -> Bool

  /// Fetches the layers' damage so far and re-reads it.
  /// - Returns: the re-read region, in the area's coordinates; nil on failure.
  func updateFromDamage() -> DirtyRegion?

  /// Reads `rect` (in the area's coordinates) without changing the picture.
  /// - Returns: BGRX, valid until the next call of any function; nil when it could not be read.
  func read(_ rect: PixelRect) -> PixelBlock?
}

/// How pixels are transferred from the X server, the fastest first.
public enum CaptureMethod: String, Sendable, CaseIterable {
  /// The server copies damaged rectangles into a pixmap in shared memory (MIT-SHM); nothing else is copied.
  case sharedPixmap
  /// The server writes each rectangle packed into shared memory (MIT-SHM).
  case sharedImage
  /// The pixels come through the connection: a remote display, or a server without MIT-SHM.
  case image
}
