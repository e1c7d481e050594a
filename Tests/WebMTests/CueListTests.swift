import Testing

@testable import WebM

@Suite struct CueListTests {
  private func point(_ time: Int64) -> CuePoint {
    CuePoint(time: time, track: 1, clusterPosition: UInt64(time), relativePosition: 3)
  }

  @Test func `up to 8192 key frames each have an entry`() {
    var cues = CueList()
    for i in 0..<8192 as Range<Int64> { cues.add(point(i * 10_000)) }
    #expect(cues.points.count == 8192)
  }

  @Test func `500 000 key frames give a bounded number of entries, in order and evenly spread`() {
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

  @Test func `20 000 key frames with the same time are thinned`() {
    var cues = CueList()
    for _ in 0..<20_000 { cues.add(point(7)) }
    #expect(cues.points.count <= CueList.capacity)
  }
}
