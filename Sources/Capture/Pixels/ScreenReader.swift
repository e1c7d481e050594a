import Media

/// Reads the screen and keeps the picture of the captured area. Used by the connection's thread only.
protocol ScreenReader: AnyObject {
  var method: CaptureMethod { get }

  /// The picture: BGRX, the size of the area, as of the last update; black where nothing was ever read.
  var picture: PixelBlock { get }

  /// Brings `region` (in the area's coordinates, inside its visible part) up to date.
  /// - Returns: whether it could; if not, the picture is older than the screen there.
  func update(_ region: DirtyRegion) -> Bool

  /// Takes the layers' damage so far and brings the picture up to date with it.
  /// - Returns: where, in the area's coordinates; nil when it could not.
  func updateFromDamage() -> DirtyRegion?

  /// Reads `rect` (in the area's coordinates) without touching the picture.
  /// - Returns: BGRX, valid until the next call of any function; nil when it could not be read.
  func read(_ rect: PixelRect) -> PixelBlock?
}
