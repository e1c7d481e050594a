import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  @Suite(.timeLimit(.minutes(1))) struct SnapshotTests {
    @Test func `a snapshot is what the X server shows, pixel by pixel, and nobody else may read the file`()
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
      // The pointer is in it unless it is not wanted.
      let pointed = folder.file("pointed.png")
      #expect(try await Command.run(["snapshot", "--display", desktop.display, pointed.path]).status == 0)
      #expect(try await decoded(pointed).bytes != screen.pixels)
    }

    private func decoded(_ file: URL) async throws -> DecodedFrame {
      var last: DecodedFrame?
      for try await frame in try await FFmpeg.frames(of: file, as: .rgb) { last = frame }
      return try #require(last)
    }
  }
}
