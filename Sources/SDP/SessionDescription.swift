/// An offer or an answer as a tree of typed lines, written back byte for byte as it was parsed.
///
/// All lines are kept in order, also unknown ones, so that a description can be parsed, changed in one place and written
/// again. Source: RFC 8866, RFC 9429 §5.8.
package struct SessionDescription: SDPSection, Sendable, Hashable {
  package enum LineEnd: String, Sendable, Hashable {
    case crlf = "\r\n"
    /// Text fields of web pages turn CRLF into this.
    case lf = "\n"
  }

  /// The session-level lines, before the first `m=` line.
  package var lines: [SDPLine]
  package var media: [MediaDescription]
  package var lineEnd: LineEnd

  package init(lines: [SDPLine], media: [MediaDescription] = []) {
    self.lines = lines
    self.media = media
    lineEnd = .crlf
  }

  /// - Throws: `SDPError` for the first invalid line.
  package init(parsing text: String, limits: SDPLimits = SDPLimits()) throws(SDPError) {
    guard text.utf8.count <= limits.bytes else { throw SDPError(line: 1, .tooLong) }
    var reader = SDPReader(text)
    lineEnd = reader.lineEnd
    lines = []
    media = []
    while let line = reader.next() {
      let number = reader.number
      guard number <= limits.lines, line.utf8.count <= limits.lineBytes else { throw SDPError(line: number, .tooLong) }
      let parsed = try SDPLine(parsing: line, number: number)
      if number <= Self.head.count, !line.utf8.starts(with: Self.head[number - 1].utf8) {
        throw SDPError(line: number, .missing(Self.head[number - 1]))
      }
      if case .media(let section) = parsed.content {
        guard media.count < limits.sections else { throw SDPError(line: number, .tooLong) }
        if media.isEmpty { try requireTiming(before: number) }
        media.append(MediaDescription(section, line: parsed))
      } else if media.isEmpty {
        lines.append(parsed)
      } else {
        media[media.count - 1].lines.append(parsed)
      }
    }
    guard reader.number >= Self.head.count else {
      throw SDPError(line: reader.number + 1, .missing(Self.head[reader.number]))
    }
    if media.isEmpty { try requireTiming(before: reader.number + 1) }
  }

  /// The lines with which every description starts.
  private static let head = ["v=", "o=", "s="]

  private func requireTiming(before number: Int) throws(SDPError) {
    let hasTiming = lines.contains { if case .timing = $0.content { true } else { false } }
    if !hasTiming { throw SDPError(line: number, .missing("t=")) }
  }

  package var origin: SDPOrigin? {
    lines.lazy.compactMap { if case .origin(let origin) = $0.content { origin } else { nil } }.first
  }

  package var groups: [SDPGroup] { all { if case .group(let value) = $0 { value } else { nil } } }
  package var isICELite: Bool { has(.iceLite) }
}

extension SessionDescription: CustomStringConvertible {
  /// The text of the description.
  package var description: String {
    var text = ""
    for line in lines { text += line.text + lineEnd.rawValue }
    for section in media { for line in section.lines { text += line.text + lineEnd.rawValue } }
    return text
  }
}
