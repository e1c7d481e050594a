import CX11
import Media
import TestSupport
import Testing

@testable import Capture

/// Windows are found by their exact names, and by the names as they are printed and as they look.
@Suite(.serialized) struct WrittenNameTests {
  private static let japanese = Array("\u{1b}$)B".utf8) + [0xc6, 0xfc, 0xcb, 0xdc, 0xb8, 0xec]
  private static let place = PixelRect(x: 20, y: 20, width: 100, height: 100)

  @Test(arguments: [
    ("Bank \u{200b} Vault", "Bank Vault"), ("Bank\u{ad}Vault", "BankVault"), ("Bank\u{e0b0} Vault", "bank vault"),
    ("Bank \u{202e}tluaV", "Bank tluaV"), ("Bank\nVault", "Bank Vault"),
    ("\u{1f469}\u{200d}\u{1f680} Vault", "\u{1f469}\u{1f680} Vault"),
    ("\u{1b}[31mVault", "[31mVault"), ("Cafe\u{301} Vault", "caf\u{e9} vault"),
    ("Bank \u{a0}\u{3000}Vault ", "Bank Vault"),
  ])
  func `a title is matched exactly, as it is printed and as it looks`(title: String, seen: String) {
    for text in [title, printable(title), seen] {
      #expect(WindowPattern(text).matches(title), "\(text.debugDescription)")
      #expect(WindowPattern("*" + text.dropFirst(2)).matches(title), "\(text.debugDescription)")
      #expect(!WindowPattern(text + "s").matches(title))
    }
    #expect(WindowPattern(title).rank(of: title) == 0)
    #expect(!WindowPattern("vault").matches(title))
  }

  @Test func `a title of invisible characters alone matches only itself and the wildcard`() {
    #expect(WindowPattern("\u{200b}").matches("\u{200b}"))
    #expect(WindowPattern("*").matches("\u{200b}"))
    #expect(!WindowPattern("Vault").matches("\u{200b}"))
    #expect(!WindowPattern("*").matches(""))
  }

  @Test func `titles of every encoding are decoded, and find and exclude their windows`() async throws {
    let server = try await XServer(width: 320, height: 240)
    let program = try Client(server)
    let window = program.window(Self.place, 0xff0055, title: "Notes")
    program.map(window)
    let shifted = Array("\u{1b}$(BF|K\\8l\u{1b}(B".utf8)
    for (property, type, bytes, title) in [
      ("WM_NAME", "COMPOUND_TEXT", Self.japanese, "日本語"), ("WM_NAME", "COMPOUND_TEXT", shifted, "日本語"),
      ("WM_NAME", "COMPOUND_TEXT", Array("caf".utf8) + [0xe9], "café"),
      ("WM_NAME", "STRING", Array("caf".utf8) + [0xe9], "café"), ("WM_NAME", "STRING", Array("日本語".utf8), "日本語"),
      ("WM_NAME", "COMPOUND_TEXT", [0x1b, 0x24, 0x29, 0x7f, 0xff, 0x1b], nil),
      ("_NET_WM_NAME", "UTF8_STRING", Array("日本 \u{200b}語".utf8), "日本 \u{200b}語"),
      ("_NET_WM_NAME", "COMPOUND_TEXT", Self.japanese, "日本語"),
    ] {
      program.property(window, property, type: type, bytes)
      let listed = try #require(try DisplaySources.windows(display: server.display).first)
      #expect(title == nil || listed.title == title)
      guard title != nil else { continue }
      for text in [listed.title, printable(listed.title)] {
        let capturer = try await DisplayCapturer.open(
          .init(display: server.display, surface: .window(.title(text)), cursor: .never))
        capturer.stop()
        let excluding = try await DisplayCapturer.open(
          .init(display: server.display, cursor: .never, excludedWindows: [.title(text)]))
        let sink = PictureSink()
        excluding.attach(sink)
        try await eventually("a picture") { sink.frames.count > 0 }
        #expect(sink.secrets == 0, "\(text)")
        excluding.stop()
      }
    }
  }

  @Test func `a class is decoded in its encoding, and matched as it is printed`() async throws {
    let server = try await XServer(width: 320, height: 240)
    let program = try Client(server)
    let window = program.window(Self.place, 0xff0055, title: "Notes")
    program.map(window)
    for (type, bytes, name) in [
      ("UTF8_STRING", Array("vault\0Tresor für Ü\0".utf8), "Tresor für Ü"),
      ("STRING", Array("vault\0My\u{200b}Vault\0".utf8), "My\u{200b}Vault"),
      ("COMPOUND_TEXT", Array("vault".utf8) + [0] + Self.japanese + [0], "日本語"),
    ] {
      program.property(window, "WM_CLASS", type: type, bytes)
      #expect(try DisplaySources.windows(display: server.display).first?.windowClass == name)
      let capturer = try await DisplayCapturer.open(
        .init(display: server.display, surface: .window(.windowClass(printable(name))), cursor: .never))
      #expect(capturer.label == "Notes")
      capturer.stop()
    }
  }

  @Test func `of two windows whose titles look the same, the exact match is captured`() async throws {
    let server = try await XServer(width: 320, height: 240)
    let program = try Client(server)
    for title in ["Bank Vault", "Bank \u{200b} Vault"] {
      program.map(program.window(Self.place, 0x336699, title: title))
    }
    let capturer = try await DisplayCapturer.open(
      .init(display: server.display, surface: .window(.title("bank vault")), cursor: .never))
    #expect(capturer.label == "Bank Vault")
    capturer.stop()
  }
}
