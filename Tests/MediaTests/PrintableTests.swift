import Media
import Testing

struct PrintableTests {
  @Test(arguments: [
    ("caf\u{e9} 日本語 👍 \u{5e9}\u{5dc}\u{5d5}\u{5dd}", "caf\u{e9} 日本語 👍 \u{5e9}\u{5dc}\u{5d5}\u{5dd}"),
    // Escape sequences, also as one C1 character: the remaining letters are harmless.
    ("\u{1b}[2J\u{9b}31m", "\u{fffd}[2J\u{fffd}31m"),
    ("a\r\nb\tc\u{7f}", "a\u{fffd}\u{fffd}b\u{fffd}c\u{fffd}"),
    // Bidirectional, line separators, invisible, private-use and unassigned.
    ("\u{202e}gpj.exe\u{2066}", "\u{fffd}gpj.exe\u{fffd}"), ("a\u{2028}b\u{2029}c", "a\u{fffd}b\u{fffd}c"),
    ("a\u{200b}b\u{feff}c\u{ad}d", "a\u{fffd}b\u{fffd}c\u{fffd}d"),
    ("\u{e000}\u{378}\u{10ffff}", "\u{fffd}\u{fffd}\u{fffd}"), ("", ""),
  ]) func `control, invisible and unassigned characters are replaced, and no others`(text: String, shown: String) {
    #expect(printable(text) == shown)
    // The result is printable.
    #expect(printable(shown) == shown)
  }
}
