/// What a capturer has done so far.
public struct CaptureStatistics: Sendable, Equatable {
  /// How changes are found.
  public enum Detection: String, Sendable {
    /// The server reports them (XDamage).
    case damage
    /// Every picture is compared with the one before.
    case comparison
  }

  /// How pixels come here.
  public var method: CaptureMethod
  public var detection: Detection
  /// Times the screen was looked at.
  public var ticks = 0
  /// Pictures that were sent on.
  public var framesCaptured = 0
  /// Ticks that found nothing new.
  public var unchanged = 0
  /// Dirty rectangles that were fetched.
  public var rects = 0
  /// Pixels in them.
  public var pixels = 0
  /// Times the picture was compared with the screen to check the damage.
  public var audits = 0
  /// Microseconds spent asking the server and fetching pixels, waiting for it included.
  public var captureMicroseconds = 0
}
