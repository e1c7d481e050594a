import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  @Suite(.timeLimit(.minutes(1))) struct SnapshotTests {
    @Test func `a snapshot equals the X server's pixels, and its file has mode 0600`()
      async throws
    {
      let desktop = try await Desktop(.testCard, width: 641, height: 479, stopAfter: 0)
      let folder = try TemporaryDirectory()
      let file = folder.file("desktop.png")
      let options = ["snapshot", "--display", desktop.display, "--cursor", "never"]
      let first = try await Command.run(options + [file.path])
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.errors.contains("desktop.png: desktop, 641x479"))
      let screen = try Screenshot(display: desktop.display)
      let picture = try await decoded(file)
      #expect(picture.width == 641 && picture.height == 479)
      #expect(picture.bytes == screen.pixels)
      let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
      #expect(mode == 0o600)

      let again = try await Command.run(options + [file.path])
      #expect(again.status == 73 && again.errors.contains("exists"))
      let region = try await Command.run(options + ["--region", "100x80+7+9", "--force", file.path])
      #expect(region.status == 0)
      let part = try await decoded(file)
      #expect(part.width == 100 && part.height == 80)
      var rows: [UInt8] = []
      for row in 9..<89 {
        let start: Int = (row * 641 + 7) * 3
        rows += screen.pixels[start..<(start + 300)]
      }
      #expect(part.bytes == rows)
      let small = folder.file("small.png")
      #expect(try await Command.run(options + ["--size", "320x320", small.path]).status == 0)
      let fitted = try await decoded(small)
      #expect(fitted.width == 320 && fitted.height == 239)
      // The cursor is in it, except with --cursor never.
      let pointed = folder.file("pointed.png")
      #expect(try await Command.run(["snapshot", "--display", desktop.display, pointed.path]).status == 0)
      #expect(try await decoded(pointed).bytes != screen.pixels)
    }

    @Test func `the title that sources lists selects and excludes a window`() async throws {
      let server = try await XServer(width: 320, height: 240)
      let windows = try await ClientWindows(on: server.display)
      let folder = try TemporaryDirectory()
      try await windows.ask("menu =back 0 0 320 240 0000ff")
      try await windows.ask("window vault 100 50 100 80 00ff00 Notes")
      for (property, type, hex) in [
        ("_NET_WM_NAME", "UTF8_STRING", hex("Bank \u{200b} Vault")),
        ("_NET_WM_NAME", "UTF8_STRING", hex("Bank\nVault")),
        ("_NET_WM_NAME", "UTF8_STRING", hex("\u{e0b0} \u{202e}Vault \u{ad}" + String(repeating: "long ", count: 30))),
        ("_NET_WM_NAME", "COMPOUND_TEXT", "1b242942c6fccbdcb8ec"),
      ] {
        try await windows.ask("property vault \(property) \(type) \(hex)")
        let listed = try await Command.run(["sources", "--display", server.display, "--json"])
        let title = try #require(try JSON(parsing: listed.output)["windows"].array?.first?["title"].string)
        let table = try await Command.run(["sources", "--display", server.display])
        #expect(table.output.contains(title))
        let options = ["snapshot", "--display", server.display, "--cursor", "never", "--force"]
        let found = try await Command.run(options + [folder.file("window.png").path, "--window", title])
        #expect(found.status == 0 && found.errors.contains("100x80"), "\(found.errors)")
        let file = folder.file("desktop.png")
        #expect(try await Command.run(options + [file.path, "--exclude", title]).status == 0)
        let picture = try await decoded(file)
        let pixels = Set(stride(from: 0, to: picture.bytes.count, by: 3).map { Array(picture.bytes[$0..<($0 + 3)]) })
        #expect(pixels == [[0, 0, 255], [0, 0, 0]], "\(title)")
      }
    }

    private func hex(_ text: String) -> String {
      text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func decoded(_ file: URL) async throws -> DecodedFrame {
      var last: DecodedFrame?
      for try await frame in try await FFmpeg.frames(of: file, as: .rgb) { last = frame }
      return try #require(last)
    }
  }
}
