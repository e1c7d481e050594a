/// What a video track says about its pictures.
public struct WebMVideo: Sendable, Equatable {
  /// Pixels of an encoded picture.
  public var width: Int
  /// Pixels of an encoded picture.
  public var height: Int
  /// nil where the file says nothing.
  public var colour: WebMColour?

  /// Pictures of `width` × `height` pixels.
  public init(width: Int, height: Int, colour: WebMColour?) {
    self.width = width
    self.height = height
    self.colour = colour
  }
}
