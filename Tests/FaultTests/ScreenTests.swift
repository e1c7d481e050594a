import Foundation
import Harness
import Media
import Scenes
import Testing

extension FaultTests {
  @Suite(.timeLimit(.minutes(2))) struct ScreenTests {
    @Test func `a screen that shrinks and grows is fitted into the file's constant size`() async throws {
      let server = try await XServer(width: 640, height: 480)
      try await paint(server, "#20c040")
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let recorder = try Recorder(file.path, display: server.display, ["--cursor", "never"])
      try await recorder.event("progress")
      // xrandr fails, because the output keeps its mode, but changes the screen.
      _ = try await Program("xrandr", ["-d", server.display, "--fb", "320x480"]).exit()
      try await paint(server, "#c04020")
      try await recorder.event("progress") { ($0["timeSeconds"].number ?? 0) > 2.9 }
      _ = try await Program("xrandr", ["-d", server.display, "--fb", "640x480"]).exit()
      try await paint(server, "#2040c0")
      try await recorder.event("progress") { ($0["timeSeconds"].number ?? 0) > 4.9 }
      let ended = try await recorder.interrupt()
      #expect(ended.status == 0)
      #expect(ended.warnings == [])
      let stream = try await FFmpeg.probe(file)["streams"][0]
      #expect(stream["width"] == 640 && stream["height"] == 480)
      try await Playback.expect(file, frames: ended.stop["framesEncoded"].int)

      let points = [(x: 40, y: 240), (x: 600, y: 240), (x: 320, y: 240), (x: 320, y: 470)]
      let (green, red, blue, black) = ([0x20, 0xc0, 0x40], [0xc0, 0x40, 0x20], [0x20, 0x40, 0xc0], [0, 0, 0])
      expect(try await Playback.pixels(of: file, at: 0, points), [green, green, green, green])
      // Half as wide: fitted whole, black beside it.
      expect(try await Playback.pixels(of: file, at: 2.9, points), [black, black, red, red])
      expect(try await Playback.pixels(of: file, at: 60, points), [blue, blue, blue, blue])
    }

    @Test func `a screen wider than 16383 pixels, VP8's limit, is recorded smaller, with a warning`() async throws {
      let server = try await XServer(width: 16640, height: 160)
      try await paint(server, "#20c040")
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let ended = try await Recorder(file.path, display: server.display, ["--duration", "1", "--cursor", "never"])
        .ended()
      #expect(ended.status == 0)
      #expect(ended.warningCodes == ["pictureFitted"])
      #expect(ended.warnings[0]["message"].string?.contains("16383x158") == true)
      #expect(ended.events.first { $0["event"] == "start" }?["width"] == 16383)
      let stream = try await FFmpeg.probe(file)["streams"][0]
      #expect(stream["width"] == 16383 && stream["height"] == 158)
      // A size that is requested causes no warning.
      let small = folder.file("b.webm")
      let options = ["--duration", "1", "--size", "1664x160"]
      let fitted = try await Recorder(small.path, display: server.display, options).ended()
      #expect(fitted.status == 0 && fitted.warnings == [])
      #expect(try await FFmpeg.probe(small)["streams"][0]["width"] == 1664)
    }

    @Test func `a recorded monitor that moves is followed, and its removal ends the recording with 0`() async throws {
      let desktop = try await Desktop(.testCard, width: 1280, height: 480)
      let display = desktop.display
      try await setMonitor(display, "WEST", "640/100x480/100+0+0")
      try await setMonitor(display, "EAST", "640/100x480/100+640+0")
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let recorder = try Recorder(file.path, display: display, ["--monitor", "EAST", "--cursor", "never"])
      try await recorder.event("progress")
      try await Program.run("xrandr", ["-d", display, "--delmonitor", "WEST"])
      let place = ["--delmonitor", "EAST", "--setmonitor", "EAST", "640/100x480/100+0+0", "none"]
      try await Program.run("xrandr", ["-d", display] + place)
      try await recorder.event("progress") { ($0["timeSeconds"].number ?? 0) > 2.9 }
      try await Program.run("xrandr", ["-d", display, "--delmonitor", "EAST"])
      let ended = try await recorder.ended(within: .seconds(5))
      #expect(ended.status == 0)
      #expect(ended.stop["reason"] == "sourceEnded")
      #expect(ended.error == .null)
      let playback = try await Playback.expect(file, frames: ended.stop["framesEncoded"].int)
      #expect(playback.hasIndex)
      let card = TestCard(width: 1280, height: 480)
      let times = [(0.5, 640), (2.8, 0)]
      for (time, left) in times {
        let seen = card.patches.filter { $0.rect.x >= left && $0.rect.maxX <= left + 640 }
        #expect(seen.count >= 6)
        try await expectColours(of: seen, in: file, at: time, left: left, tolerance: 3)
      }
    }

    @Test(arguments: [(16, 8), (30, 3)])
    func `a screen of depth 16 or 30 is recorded in its colours`(depth: Int, tolerance: Int) async throws {
      let desktop = try await Desktop(.testCard, depth: depth, stopAfter: 1)
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let ended = try await Recorder(file.path, display: desktop.display, ["--duration", "2.2", "--cursor", "never"])
        .ended()
      #expect(ended.status == 0)
      #expect(ended.warnings == [])
      let playback = try await Playback.expect(file, frames: ended.stop["framesEncoded"].int)
      #expect(playback.times.count > 2)
      try await expectColours(
        of: TestCard(width: 640, height: 480).patches, in: file, at: 60, left: 0, tolerance: tolerance)
    }

    @Test(arguments: [
      ("MIT-SHM", ["sharedMemoryMissing"]), ("DAMAGE", ["damageMissing"]),
      ("XFIXES", ["damageMissing", "cursorMissing"]), ("RANDR", ["monitorsMissing"]),
    ])
    func `a server without an extension is recorded, with a warning of what is missing`(
      missing: String, codes: [String]
    ) async throws {
      let desktop = try await Desktop(.testCard, serverArguments: ["-extension", missing])
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let ended = try await Recorder(file.path, display: desktop.display, ["--duration", "1.5"]).ended()
      #expect(ended.status == 0)
      #expect(ended.warningCodes == codes)
      for warning in ended.warnings {
        let message = try #require(warning["message"].string)
        #expect(message.contains(missing) || message.contains("pointer"))
      }
      let playback = try await Playback.expect(file, frames: ended.stop["framesEncoded"].int)
      #expect(playback.times.count > 2)
      try await expectColours(
        of: TestCard(width: 640, height: 480).patches, in: file, at: 1, left: 0, tolerance: 3)
    }

    @Test func `a server with none of the extensions is recorded`() async throws {
      let without = ["MIT-SHM", "DAMAGE", "XFIXES", "RANDR"].flatMap { ["-extension", $0] }
      let desktop = try await Desktop(.testCard, serverArguments: without)
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let ended = try await Recorder(file.path, display: desktop.display, ["--duration", "1.5"]).ended()
      #expect(ended.status == 0)
      #expect(Set(ended.warningCodes) == ["damageMissing", "cursorMissing", "sharedMemoryMissing", "monitorsMissing"])
      #expect(try await Playback.expect(file).times.count > 2)
    }

    @Test func `a display over TCP is recorded without shared memory, with a warning`() async throws {
      // A server in its own IPC namespace cannot attach our shared memory, like one on another machine.
      let wrapper = Isolation.isPermitted ? ["unshare", "--ipc"] : []
      let desktop = try await Desktop(
        .testCard, serverArguments: Isolation.isPermitted ? [] : ["-extension", "MIT-SHM"], wrapper: wrapper)
      let forwarder = try TCPForwarder(toDisplay: desktop.server.number)
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let recorder = try Recorder(file.path, display: "127.0.0.1:\(forwarder.display)", ["--duration", "2"])
      let ended = try await recorder.ended()
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.warningCodes == ["sharedMemoryMissing"])
      #expect(forwarder.bytesFromServer > 640 * 480 * 4)
      let playback = try await Playback.expect(file, frames: ended.stop["framesEncoded"].int)
      #expect(playback.times.count > 2)
      try await expectColours(
        of: TestCard(width: 640, height: 480).patches, in: file, at: 1, left: 0, tolerance: 3)
    }

    @Test func `a cut connection to a display over TCP finishes the file and ends with 69`() async throws {
      let desktop = try await Desktop(.testCard)
      let forwarder = try TCPForwarder(toDisplay: desktop.server.number)
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let recorder = try Recorder(file.path, display: "127.0.0.1:\(forwarder.display)")
      try await recorder.captured(10)
      forwarder.cut()
      let cut = MonotonicClock.seconds
      let ended = try await recorder.ended(within: .seconds(5))
      #expect(MonotonicClock.seconds - cut < 2)
      #expect(ended.status == 69)
      #expect(ended.stop["reason"] == "displayGone")
      #expect(try await Playback.expect(file, frames: ended.stop["framesEncoded"].int).hasIndex)
    }

    @Test(.enabled(if: Executables.installed("Xephyr") != nil, "Xephyr is not installed"))
    func `a Xephyr server in a window of another server is recorded`() async throws {
      let outer = try await XServer(width: 800, height: 600)
      let inner = try await NestedServer(on: outer.display, width: 640, height: 480)
      let scene = try await Scene(.testCard, on: inner.display)
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let recorder = try Recorder(file.path, display: inner.display, ["--duration", "2", "--cursor", "never"])
      let ended = try await recorder.ended()
      try await scene.stop()
      #expect(ended.status == 0)
      #expect(try await Playback.expect(file, frames: ended.stop["framesEncoded"].int).times.count > 2)
      try await expectColours(
        of: TestCard(width: 640, height: 480).patches, in: file, at: 1, left: 0, tolerance: 3)
    }

    private func paint(_ server: XServer, _ colour: String) async throws {
      try await Program.run("xsetroot", ["-display", server.display, "-solid", colour])
    }

    private func setMonitor(_ display: String, _ name: String, _ geometry: String) async throws {
      try await Program.run("xrandr", ["-d", display, "--setmonitor", name, geometry, "none"])
    }

    private func expect(
      _ colours: [[Int]], _ wanted: [[Int]], sourceLocation: SourceLocation = #_sourceLocation
    ) {
      for (colour, wanted) in zip(colours, wanted) {
        let distance = zip(colour, wanted).map { abs($0 - $1) }.max() ?? 255
        #expect(distance <= 4, "\(colours)", sourceLocation: sourceLocation)
      }
    }

    private func expectColours(
      of patches: [Patch], in file: URL, at time: Double, left: Int, tolerance: Int,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let points = patches.map { (x: $0.rect.x - left + $0.rect.width / 2, y: $0.rect.y + $0.rect.height / 2) }
      let colours = try await Playback.pixels(of: file, at: time, points)
      for (patch, colour) in zip(patches, colours) {
        let distance = zip([patch.red, patch.green, patch.blue], colour).map { abs(Int($0) - $1) }.max() ?? 255
        #expect(distance <= tolerance, "\(patch.name) is \(colour) at \(time) s", sourceLocation: sourceLocation)
      }
    }
  }
}
