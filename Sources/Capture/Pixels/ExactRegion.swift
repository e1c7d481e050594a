import Media

/// An exact set of pixels: any number of disjoint rectangles, in bands as in X11's regions.
struct ExactRegion: Equatable {
  private(set) var rects: [PixelRect] = []

  init() {}

  /// The union of `rects`, which may overlap.
  init(_ rects: some Sequence<PixelRect>) {
    self.rects = Self.combine(Array(rects), []) { inFirst, _ in inFirst }
  }

  var isEmpty: Bool { rects.isEmpty }

  /// Whether the region covers all of `rect`.
  func contains(_ rect: PixelRect) -> Bool {
    rect.isEmpty || rects.reduce(0) { $0 + $1.intersection(rect).area } == rect.area
  }

  /// The pixels of this region that are not in `other`.
  func subtracting(_ other: ExactRegion) -> ExactRegion {
    var result = ExactRegion()
    result.rects = Self.combine(rects, other.rects) { inFirst, inSecond in inFirst && !inSecond }
    return result
  }

  /// The pixels that are in both regions.
  func intersection(_ other: ExactRegion) -> ExactRegion {
    var result = ExactRegion()
    result.rects = Self.combine(rects, other.rects) { inFirst, inSecond in inFirst && inSecond }
    return result
  }

  /// The smallest rectangle that covers the region.
  var bounds: PixelRect { rects.reduce(PixelRect(x: 0, y: 0, width: 0, height: 0)) { $0.union($1) } }

  /// Cuts the plane into bands at each top and bottom edge, and each band at the left and right edges in it.
  private static func combine(
    _ first: [PixelRect], _ second: [PixelRect], keeps: (Bool, Bool) -> Bool
  ) -> [PixelRect] {
    let all = (first.map { ($0, true) } + second.map { ($0, false) }).filter { !$0.0.isEmpty }
      .sorted { $0.0.y < $1.0.y }
    let edges = Set(all.flatMap { [$0.0.y, $0.0.maxY] }).sorted()
    var result: [PixelRect] = []
    var active: [(rect: PixelRect, isFirst: Bool)] = []
    var next = 0
    // The last band's rectangles in the result: an equal band below extends them.
    var above = 0..<0
    for (top, bottom) in zip(edges, edges.dropFirst()) {
      active.removeAll { $0.rect.maxY <= top }
      while next < all.count, all[next].0.y <= top {
        active.append(all[next])
        next += 1
      }
      var band: [PixelRect] = []
      var depth = (first: 0, second: 0)
      var start: Int?
      let cuts = active.flatMap { [($0.rect.x, 1, $0.isFirst), ($0.rect.maxX, -1, $0.isFirst)] }.sorted { $0.0 < $1.0 }
      for (index, cut) in cuts.enumerated() {
        if cut.2 { depth.first += cut.1 } else { depth.second += cut.1 }
        if index + 1 < cuts.count, cuts[index + 1].0 == cut.0 { continue }
        let isKept = keeps(depth.first > 0, depth.second > 0)
        if isKept, start == nil {
          start = cut.0
        } else if !isKept, let left = start {
          band.append(PixelRect(x: left, y: top, width: cut.0 - left, height: bottom - top))
          start = nil
        }
      }
      let isAsAbove =
        band.count == above.count && !band.isEmpty
        && zip(band, result[above]).allSatisfy { $0.x == $1.x && $0.width == $1.width && $0.y == $1.maxY }
      if isAsAbove {
        for index in above { result[index].height += bottom - top }
      } else {
        above = result.count..<(result.count + band.count)
        result += band
      }
    }
    return result
  }
}
