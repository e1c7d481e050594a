import CX11
public import Media

/// A program's window as the desktop shows it.
public struct DisplayWindow: Sendable, Equatable {
  /// The X server's id of the window itself, without its decorations.
  public var id: UInt32
  /// Its title as the program set it; replace control characters before showing it.
  public var title: String
  /// The program's class, such as `Firefox`.
  public var windowClass: String
  /// The program's process on its own machine, from `_NET_WM_PID`; nil if the program does not set it.
  public var process: Int?
  /// Its place on the desktop in pixels, without decorations.
  public var geometry: PixelRect
  /// Whether its window manager reports it as minimised.
  public var isMinimised: Bool
  /// Whether it shows nothing at present: it is minimised, or on a workspace that is not shown.
  public var isHidden: Bool

  public init(
    id: UInt32, title: String, windowClass: String, process: Int?, geometry: PixelRect, isMinimised: Bool,
    isHidden: Bool = false
  ) {
    self.id = id
    self.title = title
    self.windowClass = windowClass
    self.process = process
    self.geometry = geometry
    self.isMinimised = isMinimised
    self.isHidden = isHidden || isMinimised
  }
}

extension TopLevels {
  /// The windows as their user sees them, the topmost first.
  var windows: [DisplayWindow] { order.reversed().compactMap { window($0) } }

  /// A child of the root as its user sees it; nil if it is not a window to the user.
  func window(_ window: Window) -> DisplayWindow? {
    guard let entry = entries[window], entry.isWindow, let properties = entry.properties else { return nil }
    let place = connection.place(of: entry.client)
    let inside = place?.inside ?? entry.rect
    return DisplayWindow(
      id: UInt32(truncatingIfNeeded: entry.client), title: properties.title, windowClass: properties.windowClass,
      process: properties.process, geometry: properties.frameExtents.inside(of: inside),
      isMinimised: properties.isIconic, isHidden: properties.isIconic || place?.isViewable != true)
  }
}
