/// Gives a text's lines one after the other, whichever end they have. Empty ones at the very end are none.
struct SDPReader {
  private var rest: Substring.UTF8View
  /// Of the line that was given last, from 1.
  private(set) var number = 0
  /// The first line's.
  let lineEnd: SessionDescription.LineEnd

  init(_ text: String) {
    var rest = Substring(text).utf8
    let first = rest.firstIndex(of: 0x0A)
    let hasReturn = first.map { $0 > rest.startIndex && rest[rest.index(before: $0)] == 0x0D } ?? true
    lineEnd = hasReturn ? .crlf : .lf
    while let last = rest.last, last == 0x0A || last == 0x0D { rest = rest.dropLast() }
    self.rest = rest
  }

  mutating func next() -> Substring? {
    guard !rest.isEmpty else { return nil }
    number += 1
    var line = rest
    if let end = rest.firstIndex(of: 0x0A) {
      line = rest[..<end]
      rest = rest[rest.index(after: end)...]
    } else {
      rest = rest[rest.endIndex...]
    }
    if line.last == 0x0D { line = line.dropLast() }
    return Substring(line)
  }
}
