/// The picture format of a video track.
public struct WebMVideo: Sendable, Equatable {
  /// Width of an encoded picture in pixels.
  public var width: Int
  /// Height of an encoded picture in pixels.
  public var height: Int
  /// nil if the file does not specify it.
  public var colour: WebMColour?

  /// Pictures of `width` × `height` pixels.
  public init(width: Int, height: Int, colour: WebMColour?) {
    self.width = width
    self.height = height
    self.colour = colour
  }
}
