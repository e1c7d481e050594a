import Media
import Synthetic
import TestSupport
import Testing

@testable import Encoding

struct MacroblockMapTests {
  @Test(arguments: [(1, 1, 1, 1), (16, 16, 1, 1), (17, 33, 2, 3), (320, 240, 20, 15)])
  func `a size that is no multiple of 16 is rounded up to macroblocks`(width: Int, height: Int, columns: Int, rows: Int)
  {
    let map = MacroblockMap(size: PixelSize(width: width, height: height))
    #expect(map.columns == columns)
    #expect(map.rows == rows)
    #expect(map.total == columns * rows)
    #expect(map.isEmpty)
  }

  @Test func `count is the number of marks after every change`() {
    var random = SeededRandom(seed: 1)
    var map = MacroblockMap(size: PixelSize(width: 160, height: 96))
    var marked: Set<Int> = []
    for _ in 0..<500 {
      let index = Int(random.next() % UInt64(map.total))
      let isMarked = random.next() % 2 == 0
      map[index] = isMarked
      if isMarked { marked.insert(index) } else { marked.remove(index) }
      #expect(map.count == marked.count)
    }
    #expect(Set((0..<map.total).filter { map[$0] }) == marked)
    map.markAll()
    #expect(map.count == map.total)
    map.clear()
    #expect(map.isEmpty)
    #expect(map.marks.allSatisfy { $0 == 0 })
  }

  @Test(arguments: 1...10) func `formUnion and subtract give the union and difference of the marks`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let size = PixelSize(width: 200, height: 100)
    let sets = (0..<2).map { _ in Set((0..<91).filter { _ in random.next() % 3 == 0 }) }
    let maps = sets.map { map(size, $0) }
    var union = maps[0]
    union.formUnion(maps[1])
    #expect(union == map(size, sets[0].union(sets[1])))
    var difference = maps[0]
    difference.subtract(maps[1])
    #expect(difference == map(size, sets[0].subtracting(sets[1])))
  }

  @Test func `forEachRun gives each range of adjacent marks in a row`() {
    let map = map(PixelSize(width: 96, height: 32), [0, 1, 3, 5, 6, 11])
    var runs: [[Range<Int>]] = [[], []]
    for row in 0..<2 { map.forEachRun(inRow: row) { runs[row].append($0) } }
    #expect(runs == [[0..<2, 3..<4, 5..<6], [0..<1, 5..<6]])
  }

  @Test func `forEach visits each marked macroblock once, in order`() {
    var visited: [Int] = []
    map(PixelSize(width: 96, height: 32), [11, 3, 0]).forEach { visited.append($0) }
    #expect(visited == [0, 3, 11])
  }
}

/// A map with these macroblocks marked.
func map(_ size: PixelSize, _ indices: some Sequence<Int>) -> MacroblockMap {
  var map = MacroblockMap(size: size)
  for index in indices { map[index] = true }
  return map
}
