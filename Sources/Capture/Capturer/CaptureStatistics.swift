import Media

/// A capturer's statistics so far.
public struct CaptureStatistics: Sendable, Equatable {
  /// How changes are found.
  public enum Detection: String, Sendable {
    /// The server reports them (XDamage).
    case damage
    /// Every picture is compared with the previous one.
    case comparison
  }

  /// How pixels are read.
  public var method: CaptureMethod
  public var detection: Detection
  /// How often the screen was read.
  public var ticks = 0
  /// Pictures that were delivered to a sink.
  public var framesCaptured = 0
  /// Ticks that found nothing new.
  public var unchanged = 0
  /// Dirty rectangles that were read.
  public var rects = 0
  /// Pixels in them.
  public var pixels = 0
  /// How often the picture was compared with the screen to check the reported damage.
  public var audits = 0
  /// Microseconds spent on queries and on reading pixels, including the wait for the server.
  public var captureMicroseconds = 0
}

extension CaptureStatistics {
  /// Counts a reading of the screen, which took `time`.
  mutating func count(_ update: CapturedSurface.Update, time: MediaTime) {
    ticks += 1
    captureMicroseconds += Int(time.nanoseconds / 1000)
    guard let dirty = update.dirty else { return }
    audits += update.isAudit ? 1 : 0
    rects += dirty.rects.count
    pixels += dirty.rects.reduce(0) { $0 + $1.area }
  }
}
