/// One line: its content and its original text, so that a parsed description is written back unchanged.
package struct SDPLine: Sendable, Hashable, CustomStringConvertible {
  package enum Content: Sendable, Hashable {
    /// `v=`, which is always 0.
    case version
    case origin(SDPOrigin)
    case sessionName(String)
    case timing(SDPTiming)
    case connection(SDPAddress)
    case bandwidth(SDPBandwidth)
    case media(SDPMedia)
    case attribute(SDPAttribute)
    /// A line of any other type, such as `i=`.
    case other
  }

  package let content: Content
  /// The line without its end.
  package let text: String

  /// Creates a line from its content; not for `other`, which has no text.
  package init(_ content: Content) {
    self.content = content
    text =
      switch content {
      case .version: "v=0"
      case .origin(let origin): "o=\(origin)"
      case .sessionName(let name): "s=\(name)"
      case .timing(let timing): "t=\(timing)"
      case .connection(let address): "c=\(address)"
      case .bandwidth(let bandwidth): "b=\(bandwidth)"
      case .media(let media): "m=\(media)"
      case .attribute(let attribute): "a=\(attribute)"
      case .other: ""
      }
  }

  package init(_ attribute: SDPAttribute) { self.init(.attribute(attribute)) }

  /// - Parameter number: the line number, for errors.
  init(parsing line: Substring, number: Int) throws(SDPError) {
    guard let type = line.utf8.first, (0x61...0x7A).contains(type), line.utf8.dropFirst().first == UInt8(ascii: "="),
      !line.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F })
    else { throw SDPError(line: number, .notALine) }
    text = String(line)
    let value = line[line.utf8.index(line.startIndex, offsetBy: 2)...]
    let content: Content? =
      switch Unicode.Scalar(type) {
      case "v": value == "0" ? .version : nil
      case "o": SDPOrigin(sdp: value).map(Content.origin)
      case "s": .sessionName(String(value))
      case "t": SDPTiming(sdp: value).map(Content.timing)
      case "c": SDPAddress(sdp: value).map(Content.connection)
      case "b": SDPBandwidth(sdp: value).map(Content.bandwidth)
      case "m": SDPMedia(sdp: value).map(Content.media)
      case "a": .attribute(try SDPAttribute(parsing: value, line: number))
      default: .other
      }
    guard let content else { throw SDPError(line: number, .malformed(String(decoding: [type], as: UTF8.self) + "=")) }
    self.content = content
  }

  package var attribute: SDPAttribute? {
    if case .attribute(let attribute) = content { attribute } else { nil }
  }

  package var description: String { text }

  package static func == (a: SDPLine, b: SDPLine) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }
  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
