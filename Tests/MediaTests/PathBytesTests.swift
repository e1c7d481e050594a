import Media
import TestSupport
import Testing

@Suite struct PathBytesTests {
  private func bytes(_ text: String) -> [UInt8] {
    text.withPath { pointer in
      var bytes: [UInt8] = []
      while pointer[bytes.count] != 0 { bytes.append(UInt8(bitPattern: pointer[bytes.count])) }
      return bytes
    }
  }

  @Test func `any path bytes survive the conversion to a string and back`() {
    var random = SeededRandom(seed: 7)
    for _ in 0..<500 {
      let path = (0..<Int.random(in: 0...12, using: &random)).map { _ in UInt8.random(in: 1...255, using: &random) }
      #expect(bytes(String(pathBytes: path)) == path)
    }
    for path in ["talk.webm", "Übung/日本語 🙂.webm", "e\u{301}", "\u{10FFE9}\u{10FF80}", "\u{10FF7F}"] {
      #expect(bytes(String(pathBytes: path.utf8)) == Array(path.utf8))
    }
  }

  @Test func `UTF-8 is unchanged, and other bytes are shown as U+FFFD`() {
    #expect(String(pathBytes: "Übung 🙂".utf8) == "Übung 🙂")
    #expect(String(pathBytes: [0x63, 0xE9, 0x2E]).readablePath == "c\u{fffd}.")
    #expect("talk".readablePath == "talk")
  }
}
