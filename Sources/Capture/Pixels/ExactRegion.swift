import Media

/// A set of pixels, exact however many rectangles it takes: none of them meet, and they lie in rows.
struct ExactRegion: Equatable {
  private(set) var rects: [PixelRect] = []

  init() {}

  /// All that `rects` cover, which may overlap.
  init(_ rects: some Sequence<PixelRect>) {
    self.rects = Self.combine(Array(rects), []) { inFirst, _ in inFirst }
  }

  var isEmpty: Bool { rects.isEmpty }

  /// Whether all of `rect` is in it.
  func contains(_ rect: PixelRect) -> Bool {
    rect.isEmpty || rects.reduce(0) { $0 + $1.intersection(rect).area } == rect.area
  }

  /// What is in this and not in `other`.
  func subtracting(_ other: ExactRegion) -> ExactRegion {
    var result = ExactRegion()
    result.rects = Self.combine(rects, other.rects) { inFirst, inSecond in inFirst && !inSecond }
    return result
  }

  /// What is both in this and in `other`.
  func intersection(_ other: ExactRegion) -> ExactRegion {
    var result = ExactRegion()
    result.rects = Self.combine(rects, other.rects) { inFirst, inSecond in inFirst && inSecond }
    return result
  }

  /// The smallest rectangle around it.
  var bounds: PixelRect { rects.reduce(PixelRect(x: 0, y: 0, width: 0, height: 0)) { $0.union($1) } }

  /// Cuts the plane into bands in which nothing begins or ends, and each band where anything does.
  private static func combine(
    _ first: [PixelRect], _ second: [PixelRect], keeps: (Bool, Bool) -> Bool
  ) -> [PixelRect] {
    let all = (first.map { ($0, true) } + second.map { ($0, false) }).filter { !$0.0.isEmpty }
      .sorted { $0.0.y < $1.0.y }
    let edges = Set(all.flatMap { [$0.0.y, $0.0.maxY] }).sorted()
    var result: [PixelRect] = []
    var active: [(rect: PixelRect, isFirst: Bool)] = []
    var next = 0
    // Where the last band's rectangles begin in the result: one that goes on below is made longer.
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
