/// A table in Markdown whose columns also line up in a terminal.
public struct MarkdownTable {
  private var rows: [[String]]

  public init(header: [String]) {
    rows = [header]
  }

  public mutating func add(_ row: [String]) {
    rows.append(row)
  }

  public var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      return "| " + padded.joined(separator: " | ") + " |\n"
    }
    let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|\n"
    return line(rows[0]) + rule + rows.dropFirst().map(line).joined()
  }
}
