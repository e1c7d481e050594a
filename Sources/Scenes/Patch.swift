public import Media

/// One patch of a single colour on the test card.
public struct Patch: Sendable, Hashable {
  /// What the colour is called.
  public let name: String
  /// Where it lies on the screen; even coordinates and sizes.
  public let rect: PixelRect
  /// sRGB, 0…255.
  public let red: UInt8
  /// sRGB, 0…255.
  public let green: UInt8
  /// sRGB, 0…255.
  public let blue: UInt8
}
