import Testing

@testable import WebM

@Suite struct CueListTests {
  private func point(_ time: Int64) -> CuePoint {
    CuePoint(time: time, track: 1, clusterPosition: UInt64(time), relativePosition: 3)
  }

  @Test func `every key frame has its entry until there are thousands`() {
    var cues = CueList()
    for i in 0..<8192 as Range<Int64> { cues.add(point(i * 10_000)) }
    #expect(cues.points.count == 8192)
  }

  @Test func `beyond that the entries stay bounded, in order, and evenly spread`() {
    var cues = CueList()
    let count: Int64 = 500_000
    for i in 0..<count {
      cues.add(point(i * 33))
      if cues.points.count > CueList.capacity { Issue.record("too many") }
    }
    #expect(cues.points.count > CueList.capacity / 4)
    #expect(cues.points.first?.time == 0)
    let gaps = zip(cues.points, cues.points.dropFirst()).map { $1.time - $0.time }
    let largest = count * 33 / Int64(CueList.capacity / 4)
    #expect(gaps.allSatisfy { $0 > 0 && $0 < largest })
  }

  @Test func `a burst of key frames at one time is thinned too`() {
    var cues = CueList()
    for _ in 0..<20_000 { cues.add(point(7)) }
    #expect(cues.points.count <= CueList.capacity)
  }
}
