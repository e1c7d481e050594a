/// Endless plausible text: prose, source code and log lines.
struct TextSource {
  private var random: SplitMix64
  private var logSeconds: Int

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    logSeconds = 9 * 3600 + random.below(3600)
  }

  mutating func word() -> String { random.pick(Self.words) }

  mutating func title() -> String {
    let words = (0..<(2 + random.below(3))).map { _ in word() }.joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  mutating func sentence() -> String {
    var words = (0..<(6 + random.below(12))).map { _ in word() }
    words[0] = words[0].prefix(1).uppercased() + words[0].dropFirst()
    if words.count > 9 { words[words.count / 2] += "," }
    return words.joined(separator: " ") + "."
  }

  /// A paragraph broken into lines of at most `columns` characters.
  mutating func paragraph(columns: Int) -> [String] {
    let text = (0..<(3 + random.below(4))).map { _ in sentence() }.joined(separator: " ")
    return Self.wrap(text, columns: columns)
  }

  /// Lines of prose with an empty one after each paragraph.
  mutating func prose(lines count: Int, columns: Int) -> [String] {
    var lines: [String] = []
    while lines.count < count { lines += paragraph(columns: columns) + [""] }
    return Array(lines.prefix(count))
  }

  mutating func codeLine() -> String {
    let a = random.pick(Self.identifiers)
    let b = random.pick(Self.identifiers)
    let c = random.pick(Self.identifiers)
    let number = random.below(256)
    switch random.below(10) {
    case 0: return "  if (\(a)->\(b) > \(number)) {"
    case 1: return "    return \(a)_\(b)(\(c), \(number));"
    case 2: return "  }"
    case 3: return "  const uint32_t \(a)_\(b) = \(c)[\(number)] & 0xff;"
    case 4: return "  // \(sentence())"
    case 5: return "  for (size_t i = 0; i < \(a)->\(b)_count; i++) {"
    case 6: return "    \(a)->\(b)[i] += \(c) * \(number);"
    case 7: return "  \(a)_\(b)(&\(c), sizeof \(c));"
    case 8: return ""
    default: return "  struct \(a) *\(b) = \(c)_find(\(a), \"\(word())\");"
    }
  }

  mutating func logLine() -> String {
    logSeconds += random.below(3)
    let time = ClockText.string(seconds: logSeconds)
    let level = random.pick(["INFO ", "INFO ", "INFO ", "DEBUG", "DEBUG", "WARN "])
    let name = random.pick(Self.identifiers)
    let end = random.pick(["ok", "done", "cached", "200", "304", "retry in \(random.below(9) + 1) s"])
    return "\(time) \(level) [\(name)-\(random.below(8))] \(word()) \(word()) id=\(random.below(90000) + 10000) "
      + "took \(random.below(400)) ms: \(end)"
  }

  mutating func fileName() -> String {
    "\(word())-\(word()).\(random.pick(["txt", "c", "h", "png", "pdf", "md", "csv", "tar.gz"]))"
  }

  mutating func number(below bound: Int) -> Int { random.below(bound) }

  static func wrap(_ text: String, columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.utf8.count + 1 + word.utf8.count > columns {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    return line.isEmpty ? lines : lines + [line]
  }

  private static let words = """
    the of and to in that is was for with as on by this from at which they were have one all their there been many
    some time very when more about year work after first well even good much where through back long great small
    since under while place right still night house world light water paper letter number people picture reason
    system window colour winter summer garden river mountain village station table kitchen morning evening question
    answer history language minute measure weather harbour bridge market teacher doctor captain engine machine wheel
    carry bring follow open close write read draw build keep hold leave reach begin finish remember change
    """
    .split(whereSeparator: \.isWhitespace).map(String.init)

  private static let identifiers = [
    "buffer", "stream", "packet", "frame", "queue", "session", "cache", "index", "reader", "writer", "worker", "socket",
    "header", "offset", "length", "table", "node", "entry", "config", "result",
  ]
}
