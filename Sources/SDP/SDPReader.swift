/// Splits a text into lines that end in CRLF or LF. Empty lines at the end of the text are ignored.
struct SDPReader {
  private var rest: Substring.UTF8View
  /// The number of the last returned line, from 1.
  private(set) var number = 0
  /// The line end of the first line.
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
