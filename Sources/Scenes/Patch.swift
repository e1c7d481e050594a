public import Media

/// A single-colour patch of the test card.
public struct Patch: Sendable, Hashable {
  /// The colour's name.
  public let name: String
  /// Its place on the screen; even coordinates and sizes.
  public let rect: PixelRect
  /// sRGB, 0…255.
  public let red: UInt8
  /// sRGB, 0…255.
  public let green: UInt8
  /// sRGB, 0…255.
  public let blue: UInt8
}
