/// Gives a text's lines one after the other, whichever end they have. Empty ones at the very end are none.
struct SDPReader {
  private var rest: Substring.UTF8View
  /// Of the line that was given last, from 1.
  private(set) var number = 0
  /// The first line's.
  let lineEnd: SessionDescription.LineEnd

  init(_ text: String) {
    let rest = Substring(text).utf8
    let first = rest.firstIndex(of: 0x0A)
    let hasReturn = first.map { $0 > rest.startIndex && rest[rest.index(before: $0)] == 0x0D } ?? true
    lineEnd = hasReturn ? .crlf : .lf
    self.rest = rest
  }

  mutating func next() -> Substring? {
    guard !rest.isEmpty else { return nil }
    var line = rest
    var after = rest[rest.endIndex...]
    if let end = rest.firstIndex(of: 0x0A) {
      line = rest[..<end]
      after = rest[rest.index(after: end)...]
      if line.last == 0x0D { line = line.dropLast() }
    }
    if line.isEmpty, after.allSatisfy({ $0 == 0x0A || $0 == 0x0D }) { return nil }
    rest = after
    number += 1
    return Substring(line)
  }
}
