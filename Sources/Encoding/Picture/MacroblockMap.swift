internal import Media

/// A mark for each 16×16 macroblock of a picture, row by row: those that changed, or those to code.
struct MacroblockMap: Sendable, Equatable {
  let columns: Int
  let rows: Int
  /// 1 where marked, 0 elsewhere; `rows × columns` of them, the form libvpx takes as an active map.
  private(set) var marks: [UInt8]
  /// How many are marked.
  private(set) var count = 0

  init(size: PixelSize) {
    columns = (size.width + 15) / 16
    rows = (size.height + 15) / 16
    marks = [UInt8](repeating: 0, count: rows * columns)
  }

  var isEmpty: Bool { count == 0 }
  /// All macroblocks there are.
  var total: Int { marks.count }

  /// Whether macroblock `index` (row × columns + column) is marked.
  subscript(index: Int) -> Bool {
    get { marks[index] != 0 }
    set {
      let old = marks[index]
      marks[index] = newValue ? 1 : 0
      count += Int(marks[index]) - Int(old)
    }
  }

  mutating func markAll() {
    for index in marks.indices { marks[index] = 1 }
    count = marks.count
  }

  mutating func clear() {
    guard count > 0 else { return }
    for index in marks.indices { marks[index] = 0 }
    count = 0
  }

  mutating func formUnion(_ other: MacroblockMap) {
    guard other.count > 0 else { return }
    for index in marks.indices where other.marks[index] != 0 && marks[index] == 0 {
      marks[index] = 1
      count += 1
    }
  }

  mutating func subtract(_ other: MacroblockMap) {
    guard other.count > 0, count > 0 else { return }
    for index in marks.indices where other.marks[index] != 0 && marks[index] != 0 {
      marks[index] = 0
      count -= 1
    }
  }

  /// The first `number` of the marked ones.
  func first(_ number: Int) -> MacroblockMap {
    var part = self
    var seen = 0
    for index in part.marks.indices where part.marks[index] != 0 {
      seen += 1
      if seen > number { part.marks[index] = 0 }
    }
    part.count = min(count, number)
    return part
  }

  /// Calls `body` with each run of marked neighbours in `row`, as a range of columns.
  func forEachRun(inRow row: Int, _ body: (Range<Int>) -> Void) {
    let base = row * columns
    var column = 0
    while column < columns {
      guard marks[base + column] != 0 else {
        column += 1
        continue
      }
      let start = column
      while column < columns, marks[base + column] != 0 { column += 1 }
      body(start..<column)
    }
  }

  /// Calls `body` with the index of each marked macroblock.
  func forEach(_ body: (Int) -> Void) {
    guard count > 0 else { return }
    for index in marks.indices where marks[index] != 0 { body(index) }
  }
}
