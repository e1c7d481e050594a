/// `text` without the characters that could play tricks on a terminal: control, escape, bidirectional and other invisible
/// ones, and those that have no meaning. For whatever others name: windows, devices, files, members of a room, their words.
package func printable(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: "\u{fffd}"
        default: scalar
        }
      }))
}
