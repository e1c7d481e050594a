import CX11
public import Media

/// Lists a display's monitors and windows.
public enum DisplaySources {
  /// The monitors of a display, in the server's order; one named `screen` where the server lists none.
  /// - Parameter display: as in `$DISPLAY`, which is taken when nil.
  /// - Throws: `DisplayMediaError` when the display cannot be reached.
  public static func list(display: String? = nil) throws(DisplayMediaError) -> [DisplayMonitor] {
    let connection = try XConnection(display)
    return try monitors(connection, XExtensions(connection))
  }

  /// The windows of a display, the topmost first.
  /// - Parameter display: as in `$DISPLAY`, which is taken when nil.
  /// - Throws: `DisplayMediaError` when the display cannot be reached.
  public static func windows(display: String? = nil) throws(DisplayMediaError) -> [DisplayWindow] {
    let connection = try XConnection(display)
    let tops = TopLevels(connection, watches: false)
    if connection.isBroken { throw .unreachable(display) }
    return tops.windows
  }

  static func monitors(
    _ connection: XConnection, _ extensions: XExtensions
  ) throws(DisplayMediaError) -> [DisplayMonitor] {
    guard let size = connection.rootSize else { throw .unreachable(nil) }
    var monitors: [DisplayMonitor] = []
    var count = Int32()
    if extensions.hasMonitors, let list = XRRGetMonitors(connection.display, connection.root, 1, &count) {
      for (index, info) in UnsafeBufferPointer(start: list, count: max(0, Int(count))).enumerated() {
        monitors.append(
          DisplayMonitor(
            index: index, name: connection.name(of: info.name) ?? "monitor\(index)",
            geometry: PixelRect(x: Int(info.x), y: Int(info.y), width: Int(info.width), height: Int(info.height)),
            isPrimary: info.primary != 0))
      }
      XRRFreeMonitors(list)
    }
    if monitors.isEmpty {
      monitors = [DisplayMonitor(index: 0, name: "screen", geometry: PixelRect(size), isPrimary: true)]
    }
    return monitors
  }
}

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
