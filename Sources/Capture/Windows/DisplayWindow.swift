public import Media

/// A program's window as the desktop shows it.
public struct DisplayWindow: Sendable, Equatable {
  /// The X server's id of the window itself, without its decorations.
  public var id: UInt32
  /// Its title as the program gave it; show it to people only with control characters made harmless.
  public var title: String
  /// The program's class, such as `Firefox`.
  public var windowClass: String
  /// The program's process on its own machine, as the program says; nil where it says nothing.
  public var process: Int?
  /// Where it lies on the desktop in pixels, without decorations.
  public var geometry: PixelRect
  /// Whether its window manager says that it is minimised.
  public var isMinimised: Bool
  /// Whether it shows nothing for now: it is minimised, or on a workspace that nobody sees.
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
