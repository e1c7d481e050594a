/// A rectangle in pixels: `x`, `y` is its upper left corner, `maxX`, `maxY` are just outside.
public struct PixelRect: Sendable, Hashable {
  public var x: Int
  public var y: Int
  public var width: Int
  public var height: Int

  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The rectangle of `size` at the origin.
  public init(_ size: PixelSize) { self.init(x: 0, y: 0, width: size.width, height: size.height) }

  public var maxX: Int { x + width }
  public var maxY: Int { y + height }
  public var size: PixelSize { PixelSize(width: width, height: height) }
  public var area: Int { width * height }
  public var isEmpty: Bool { width <= 0 || height <= 0 }

  /// The common part; empty if there is none.
  public func intersection(_ other: PixelRect) -> PixelRect {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return PixelRect(
      x: left, y: top, width: max(0, min(maxX, other.maxX) - left), height: max(0, min(maxY, other.maxY) - top))
  }

  /// The smallest rectangle that covers both. An empty one is ignored.
  public func union(_ other: PixelRect) -> PixelRect {
    if isEmpty { return other }
    if other.isEmpty { return self }
    let left = min(x, other.x)
    let top = min(y, other.y)
    return PixelRect(x: left, y: top, width: max(maxX, other.maxX) - left, height: max(maxY, other.maxY) - top)
  }

  /// Whether `other` lies wholly inside.
  public func contains(_ other: PixelRect) -> Bool {
    other.isEmpty || (other.x >= x && other.y >= y && other.maxX <= maxX && other.maxY <= maxY)
  }

  /// The same rectangle in coordinates whose origin is at (`dx`, `dy`).
  public func relative(toX dx: Int, y dy: Int) -> PixelRect {
    PixelRect(x: x - dx, y: y - dy, width: width, height: height)
  }
}

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
