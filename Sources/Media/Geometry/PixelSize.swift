/// A width and a height in pixels.
public struct PixelSize: Sendable, Hashable {
  public var width: Int
  public var height: Int

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// This size scaled down to fit into `box`: same aspect ratio, at least 1×1, never enlarged.
  public func fitted(into box: PixelSize) -> PixelSize {
    guard width > box.width || height > box.height else { return self }
    if width * box.height >= height * box.width {
      return PixelSize(width: box.width, height: max(1, (height * box.width + width / 2) / width))
    }
    return PixelSize(width: max(1, (width * box.height + height / 2) / height), height: box.height)
  }
}
