import Media
import TestSupport
import Testing

@testable import Capture

/// The regions that are made black: exact, and bounded with few extra pixels where there are very many places.
@Suite struct MaskedRegionTests {
  private struct Pixels {
    var all: Set<Int> = []
    init(_ rects: some Sequence<PixelRect>) {
      for rect in rects {
        for y in rect.y..<rect.maxY { for x in rect.x..<rect.maxX { all.insert(y * 1000 + x) } }
      }
    }
  }

  private func random(_ count: Int, _ numbers: inout SeededRandom, longestSide: Int = 30) -> [PixelRect] {
    (0..<count).map { _ in
      PixelRect(
        x: .random(in: 0..<60, using: &numbers), y: .random(in: 0..<60, using: &numbers),
        width: .random(in: 0..<longestSide, using: &numbers), height: .random(in: 0..<longestSide, using: &numbers))
    }
  }

  @Test func `a region has the union's pixels, each in exactly one rectangle`() {
    var numbers = SeededRandom(seed: 1)
    for count in 0..<60 {
      let (first, second) = (random(count, &numbers), random(count / 2, &numbers))
      let (one, other) = (ExactRegion(first), ExactRegion(second))
      #expect(Pixels(one.rects).all == Pixels(first).all)
      #expect(one.rects.reduce(0) { $0 + $1.area } == Pixels(first).all.count)
      #expect(Pixels(one.subtracting(other).rects).all == Pixels(first).all.subtracting(Pixels(second).all))
      for rect in random(20, &numbers, longestSide: 12) {
        #expect(one.contains(rect) == Pixels([rect]).all.isSubset(of: Pixels(first).all))
      }
    }
    // Regions of the same pixels are equal.
    let parts = [PixelRect(x: 0, y: 0, width: 5, height: 9), PixelRect(x: 5, y: 0, width: 5, height: 9)]
    #expect(ExactRegion(parts) == ExactRegion([PixelRect(x: 0, y: 0, width: 10, height: 9)]))
  }

  @Test func `a trail of many moving windows covers their places and less than a quarter more`() {
    var numbers = SeededRandom(seed: 2)
    var (trail, places) = (Trail(), [PixelRect]())
    // Twelve windows in the left part, dragged all at once.
    var corners = (0..<12).map { _ in (x: Int.random(in: 0..<300, using: &numbers), y: 200) }
    for step in 0..<300 {
      for index in corners.indices {
        corners[index].x = min(max(0, corners[index].x + .random(in: -9...9, using: &numbers)), 500)
        corners[index].y = min(max(0, corners[index].y + .random(in: -9...9, using: &numbers)), 700)
        let place = PixelRect(x: corners[index].x, y: corners[index].y, width: 90, height: 60)
        places.append(place)
        trail.add(place, until: .milliseconds(Int64(step)))
      }
    }
    let (region, exact) = (ExactRegion(trail.rects), ExactRegion(places))
    func area(_ region: ExactRegion) -> Int { region.rects.reduce(0) { $0 + $1.area } }
    #expect(exact.subtracting(region).isEmpty)
    #expect(area(region) < area(exact) * 5 / 4, "\(area(region)) of \(area(exact))")
    #expect(trail.rects.count <= 256)
    trail.removeExpired(.milliseconds(299))
    #expect(trail.rects.isEmpty)
    // A place inside another counts only if it lasts longer.
    trail.add(PixelRect(x: 1, y: 1, width: 9, height: 9), until: .milliseconds(400))
    trail.add(PixelRect(x: 2, y: 2, width: 7, height: 7), until: .milliseconds(400))
    trail.add(PixelRect(x: 0, y: 0, width: 9, height: 9), until: .milliseconds(300))
    #expect(trail.rects.count == 2 && trail.nextDeadline == .milliseconds(300))
    trail.removeExpired(.milliseconds(300))
    #expect(trail.rects == [PixelRect(x: 1, y: 1, width: 9, height: 9)])
  }
}
