import Foundation
import Harness
import Media
import Scenes
import Testing

extension IntegrationTests {
  @Suite(.timeLimit(.minutes(1))) struct SurfaceTests {
    private let desktop: Desktop
    private let card: TestCard

    init() async throws {
      desktop = try await Desktop(.testCard, width: 1280, height: 720, stopAfter: 0)
      card = TestCard(width: 1280, height: 720)
    }

    @Test(arguments: [
      ("640x640", 640, 360), ("700x300", 533, 300), ("4000x4000", 1280, 720), ("1280x719", 1278, 719),
    ])
    func `--size fits the picture inside, keeps the aspect ratio and never enlarges`(
      size: String, width: Int, height: Int
    ) async throws {
      let (recording, frame) = try await record(["--size", size])
      #expect(recording.start["width"].int == width && recording.start["height"].int == height)
      #expect(frame.width == width && frame.height == height)
      // Measured: 2 at a half of the size, and 6 at odd ratios, where libyuv's filter rounds down.
      #expect(ColourChecks.mismatches(card, in: frame, tolerance: 3, scale: Double(width) / 1280) == [])
    }

    @Test(arguments: [
      ("400x300+17+23", PixelRect(x: 17, y: 23, width: 400, height: 300)),
      ("333x211+900+501", PixelRect(x: 900, y: 501, width: 333, height: 211)),
      ("300x200-100-50", PixelRect(x: 0, y: 0, width: 200, height: 150)),
      ("5000x5000+640+360", PixelRect(x: 640, y: 360, width: 640, height: 360)),
    ])
    func `--region records that part of the desktop, cut at the screen's edges`(
      option: String, area: PixelRect
    ) async throws {
      let (recording, frame) = try await record(["--region", option])
      #expect(recording.start["width"].int == area.width && recording.start["height"].int == area.height)
      try await expect(frame, shows: area, of: recording)
    }

    @Test func `--monitor records that monitor, by name and by number`() async throws {
      try await splitScreen()
      for (name, area) in [
        ("LEFT", PixelRect(x: 0, y: 0, width: 400, height: 300)),
        ("1", PixelRect(x: 410, y: 20, width: 391, height: 601)),
      ] {
        let (recording, frame) = try await record(["--monitor", name])
        #expect(recording.start["width"].int == area.width && recording.start["height"].int == area.height)
        try await expect(frame, shows: area, of: recording)
      }
    }

    @Test func `sources lists the monitors as xrandr does`() async throws {
      try await splitScreen()
      let text = try await Command.run(["sources", "--display", desktop.display, "--json"])
      #expect(text.status == 0)
      #expect(text.errors == "")
      let document = try JSON(parsing: text.output)
      guard case .object(let members) = document else { throw HarnessError("no document: \(text.output)") }
      #expect(Set(members.keys) == ["monitors", "windows", "audio"])
      let monitors = try #require(document["monitors"].array)
      let listed = try await Program.run("xrandr", ["-d", desktop.display, "--listmonitors"])
      let lines = listed.split(separator: "\n").dropFirst()
      #expect(monitors.count == 2 && lines.count == 2)
      for (monitor, line) in zip(monitors, lines) {
        // As in " 0: LEFT 400/100x300/80+0+0  screen".
        let numbers = try #require(line.firstMatch(of: #/^ *(\d+): \+?\*?(\S+) (\d+)/\d+x(\d+)/\d+\+(\d+)\+(\d+)/#))
          .output
        #expect(monitor["number"].int == Int(numbers.1))
        #expect(monitor["name"].string == String(numbers.2))
        #expect(monitor["width"].int == Int(numbers.3))
        #expect(monitor["height"].int == Int(numbers.4))
        #expect(monitor["x"].int == Int(numbers.5))
        #expect(monitor["y"].int == Int(numbers.6))
      }
      let table = try await Command.run(["sources", "--display", desktop.display])
      for word in ["LEFT", "RIGHT", "400x300", "+410+20"] { #expect(table.output.contains(word)) }
    }

    private func splitScreen() async throws {
      for (name, geometry, output) in [
        ("LEFT", "400/100x300/80+0+0", "screen"), ("RIGHT", "391/100x601/80+410+20", "none"),
      ] {
        try await Program.run("xrandr", ["-d", desktop.display, "--setmonitor", name, geometry, output])
      }
    }

    /// A short recording, and its last picture in colour.
    private func record(_ options: [String]) async throws -> (Recording, DecodedFrame) {
      let recording = try await Recording.make(
        on: desktop.display, ["--duration", "0.9", "--cursor", "never"] + options)
      #expect(recording.exit.status == 0, "\(recording.errorOutput)")
      var last: DecodedFrame?
      for try await frame in try await FFmpeg.frames(of: recording.file, as: .rgb) { last = frame }
      try await Players.expectAccepted(recording.file, frames: try #require(recording.stop["framesEncoded"].int))
      return (recording, try #require(last))
    }

    /// Expects the colours of the patches, and that the whole picture equals the screen.
    private func expect(_ frame: DecodedFrame, shows area: PixelRect, of recording: Recording) async throws {
      #expect(frame.width == area.width && frame.height == area.height)
      let wrong = card.patches.flatMap { patch -> [Int] in
        let inner = PixelRect(
          x: patch.rect.x + patch.rect.width / 4, y: patch.rect.y + patch.rect.height / 4,
          width: patch.rect.width / 2, height: patch.rect.height / 2
        ).intersection(area).relative(toX: area.x, y: area.y)
        guard !inner.isEmpty else { return [] }
        return [(inner.x, inner.y), (inner.maxX - 1, inner.maxY - 1)].map { x, y in
          ColourChecks.distance(patch, Array(frame.pixel(x: x, y: y)))
        }.filter { $0 > 3 }
      }
      #expect(wrong == [])
      var last: DecodedFrame?
      for try await frame in try await FFmpeg.frames(of: recording.file, as: .luma) { last = frame }
      let whole = recording.folder.file("screen.png")
      let part = recording.folder.file("part.png")
      try await desktop.server.screenshot(to: whole)
      try await FFmpeg.run([
        "-i", whole.path, "-vf", "crop=\(area.width):\(area.height):\(area.x):\(area.y):exact=1", part.path,
      ])
      // A picture shifted by one pixel has less than 0.9.
      #expect(try await FFmpeg.lumaSSIM(of: try #require(last), to: part) >= 0.999)
    }
  }
}
