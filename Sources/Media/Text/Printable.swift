/// Replaces characters that could manipulate a terminal's output by U+FFFD: control, escape, bidirectional and other invisible
/// ones, private-use and unassigned ones. For names and texts from outside: windows, devices, files, members of a room and
/// their messages.
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
