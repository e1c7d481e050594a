public import Media

/// A monitor of the X server. Source: RandR 1.5, `RRGetMonitors`.
public struct DisplayMonitor: Sendable, Equatable {
  /// Its number, from 0, in the server's order.
  public var index: Int
  /// Its name, such as `HDMI-1`.
  public var name: String
  /// Its place on the desktop, in pixels.
  public var geometry: PixelRect
  /// Whether it is RandR's primary monitor.
  public var isPrimary: Bool

  public init(index: Int, name: String, geometry: PixelRect, isPrimary: Bool) {
    self.index = index
    self.name = name
    self.geometry = geometry
    self.isPrimary = isPrimary
  }
}
