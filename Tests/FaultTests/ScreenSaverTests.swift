import Foundation
import Harness
import Media
import Testing

@testable import Capture

extension FaultTests {
  @Suite(.timeLimit(.minutes(1))) struct ScreenSaverTests {
    @Test func `the screen saver and power saving are held off in time, however short their time-outs`() {
      #expect(ScreenSaverHold.interval(timeouts: [0]) == .seconds(30))
      #expect(ScreenSaverHold.interval(timeouts: [600]) == .seconds(30))
      #expect(ScreenSaverHold.interval(timeouts: [31, 0, 0]) == .milliseconds(15_500))
      #expect(ScreenSaverHold.interval(timeouts: [600, 20, 5]) == .milliseconds(2500))
      #expect(ScreenSaverHold.interval(timeouts: [1]) == .milliseconds(500))
      #expect(ScreenSaverHold.interval(timeouts: []) == .seconds(30))
    }

    @Test func `a screen saver that comes after two seconds does not come to a still recorded screen`() async throws {
      let server = try await XServer(width: 320, height: 240)
      try await Program.run("xsetroot", ["-display", server.display, "-solid", "#20c040"])
      // A pattern over the whole screen instead of a dark one, which Xvfb could not show.
      try await Program.run("xset", ["-display", server.display, "s", "noblank"])
      let folder = try TemporaryDirectory()
      let (before, recorded, after) = (folder.file("a.png"), folder.file("b.png"), folder.file("c.png"))
      try await server.screenshot(to: before)
      let recorder = try Recorder(folder.file("a.webm").path, display: server.display, ["--cursor", "never"])
      try await recorder.event("start")
      try await Program.run("xset", ["-display", server.display, "s", "2", "2"])
      try await recorder.event("progress") { ($0["timeSeconds"].number ?? 0) >= 5 }
      try await server.screenshot(to: recorded)
      let ended = try await recorder.interrupt()
      #expect(ended.status == 0)
      #expect(ended.stop["framesCaptured"] == 1)
      #expect(try Data(contentsOf: recorded) == Data(contentsOf: before))
      // Without a recorder it comes.
      try await MonotonicClock.sleep(until: MonotonicClock.seconds + 3.5)
      try await server.screenshot(to: after)
      #expect(try Data(contentsOf: after) != Data(contentsOf: before))
    }
  }
}
