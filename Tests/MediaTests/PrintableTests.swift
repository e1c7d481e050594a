import Media
import Testing

struct PrintableTests {
  @Test(arguments: [
    ("caf\u{e9} 日本語 👍 \u{5e9}\u{5dc}\u{5d5}\u{5dd}", "caf\u{e9} 日本語 👍 \u{5e9}\u{5dc}\u{5d5}\u{5dd}"),
    // Escape sequences, also in one character: the letters that remain do nothing.
    ("\u{1b}[2J\u{9b}31m", "\u{fffd}[2J\u{fffd}31m"),
    ("a\r\nb\tc\u{7f}", "a\u{fffd}\u{fffd}b\u{fffd}c\u{fffd}"),
    // Turned round, broken into lines, invisible, or without a meaning.
    ("\u{202e}gpj.exe\u{2066}", "\u{fffd}gpj.exe\u{fffd}"), ("a\u{2028}b\u{2029}c", "a\u{fffd}b\u{fffd}c"),
    ("a\u{200b}b\u{feff}c\u{ad}d", "a\u{fffd}b\u{fffd}c\u{fffd}d"),
    ("\u{e000}\u{378}\u{10ffff}", "\u{fffd}\u{fffd}\u{fffd}"), ("", ""),
  ]) func `what could play tricks on a terminal is replaced, and nothing else`(text: String, shown: String) {
    #expect(printable(text) == shown)
    // Whatever passes once passes again.
    #expect(printable(shown) == shown)
  }
}
