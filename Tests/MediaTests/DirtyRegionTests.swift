import Media
import TestSupport
import Testing

@Suite struct DirtyRegionTests {
  @Test func `500 added rectangles stay covered by at most 16`() {
    var generator = SeededRandom(seed: 1)
    var region = DirtyRegion()
    var marked: [PixelRect] = []
    for _ in 0..<500 {
      let rect = PixelRect(
        x: Int.random(in: 0..<1900, using: &generator), y: Int.random(in: 0..<1000, using: &generator),
        width: Int.random(in: 1..<20, using: &generator), height: Int.random(in: 1..<20, using: &generator))
      marked.append(rect)
      region.add(rect)
      #expect(region.rects.count <= DirtyRegion.capacity)
    }
    for rect in marked {
      // Merging only makes unions, so each added rectangle lies wholly inside one of the region's.
      #expect(region.rects.contains { $0.contains(rect) })
    }
  }

  @Test func `neighbouring slivers of a line become one rectangle`() {
    var region = DirtyRegion()
    for column in 0..<40 { region.add(PixelRect(x: column * 8, y: 100, width: 8, height: 14)) }
    #expect(region.rects == [PixelRect(x: 0, y: 100, width: 320, height: 14)])
  }

  @Test func `rectangles far apart are not merged`() {
    var region = DirtyRegion(PixelRect(x: 0, y: 0, width: 10, height: 10))
    region.add(PixelRect(x: 1000, y: 900, width: 10, height: 10))
    #expect(region.rects.count == 2)
    #expect(region.bounds == PixelRect(x: 0, y: 0, width: 1010, height: 910))
    #expect(region.intersection(PixelRect(x: 5, y: 5, width: 100, height: 100)).rects.count == 1)
  }
}

@Suite struct MediaTimeTests {
  @Test func `milliseconds are rounded, not truncated`() {
    #expect(MediaTime(nanoseconds: 33_333_333).roundedMilliseconds == 33)
    #expect(MediaTime(nanoseconds: 66_666_667).roundedMilliseconds == 67)
    #expect(MediaTime(nanoseconds: -600_000).roundedMilliseconds == -1)
  }

  @Test func `the clock does not go back`() {
    let before = MediaTime.now
    #expect(MediaTime.now >= before)
  }
}
