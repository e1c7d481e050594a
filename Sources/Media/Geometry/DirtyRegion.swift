/// The part of a picture that changed: a few rectangles, which may overlap.
///
/// Bounded: above `capacity` rectangles the cheapest pair is merged, so that a storm of tiny damage costs bounded memory and
/// requests. Merging never removes changed pixels; it may add unchanged ones.
public struct DirtyRegion: Sendable, Equatable {
  /// The most rectangles a region holds.
  public static let capacity = 16

  /// The rectangles, none of them empty.
  public private(set) var rects: [PixelRect] = []

  public init() {}

  public init(_ rect: PixelRect) { add(rect) }

  public var isEmpty: Bool { rects.isEmpty }

  /// The smallest rectangle that covers the region.
  public var bounds: PixelRect {
    rects.reduce(PixelRect(x: 0, y: 0, width: 0, height: 0)) { $0.union($1) }
  }

  /// Covers `rect` too.
  public mutating func add(_ rect: PixelRect) {
    guard !rect.isEmpty, !rects.contains(where: { $0.contains(rect) }) else { return }
    rects.removeAll { rect.contains($0) }
    // A rectangle is merged at once if the union adds few pixels: text damage comes as many slivers of one line.
    for index in rects.indices {
      let union = rects[index].union(rect)
      if union.area <= rects[index].area + rect.area + 1024 {
        rects.remove(at: index)
        add(union)
        return
      }
    }
    rects.append(rect)
    if rects.count > Self.capacity { mergeCheapestPair() }
  }

  /// Covers `other` too.
  public mutating func formUnion(_ other: DirtyRegion) {
    for rect in other.rects { add(rect) }
  }

  /// The part inside `rect`.
  public func intersection(_ rect: PixelRect) -> DirtyRegion {
    var result = DirtyRegion()
    for own in rects { result.add(own.intersection(rect)) }
    return result
  }

  public mutating func removeAll() { rects.removeAll(keepingCapacity: true) }

  private mutating func mergeCheapestPair() {
    var best = (waste: Int.max, first: 0, second: 1)
    for first in rects.indices {
      for second in rects.indices where second > first {
        let waste = rects[first].union(rects[second]).area - rects[first].area - rects[second].area
        if waste < best.waste { best = (waste, first, second) }
      }
    }
    let union = rects[best.first].union(rects[best.second])
    rects.remove(at: best.second)
    rects.remove(at: best.first)
    add(union)
  }
}
