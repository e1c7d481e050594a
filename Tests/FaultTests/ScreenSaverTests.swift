import Foundation
import Harness
import Media
import Scenes
import Testing

@testable import Capture

extension FaultTests {
  @Suite(.timeLimit(.minutes(1))) struct ScreenSaverTests {
    @Test func `the screen saver is reset after half the shortest time-out, at most after ten seconds`() {
      #expect(ScreenSaverHold.interval(timeouts: [0]) == .seconds(10))
      #expect(ScreenSaverHold.interval(timeouts: [600]) == .seconds(10))
      #expect(ScreenSaverHold.interval(timeouts: [15, 0, 0]) == .milliseconds(7500))
      #expect(ScreenSaverHold.interval(timeouts: [600, 20, 5]) == .milliseconds(2500))
      #expect(ScreenSaverHold.interval(timeouts: [1]) == .milliseconds(500))
      #expect(ScreenSaverHold.interval(timeouts: []) == .seconds(10))
    }

    @Test func `a screen saver set to three seconds does not start while a still screen is recorded`() async throws {
      let desktop = try await Desktop(.still)
      let server = desktop.server
      // A pattern over the whole screen instead of a dark one, which Xvfb could not show.
      try await Program.run("xset", ["-display", server.display, "s", "noblank"])
      let folder = try TemporaryDirectory()
      let (before, recorded, after) = (folder.file("a.png"), folder.file("b.png"), folder.file("c.png"))
      try await server.screenshot(to: before)
      try await Program.run("xset", ["-display", server.display, "s", "3", "3"])
      let recorder = try Recorder(folder.file("a.webm").path, display: server.display, ["--cursor", "never"])
      try await recorder.event("progress") { ($0["timeSeconds"].number ?? 0) >= 5 }
      try await server.screenshot(to: recorded)
      let ended = try await recorder.interrupt()
      #expect(ended.status == 0)
      #expect(ended.stop["framesCaptured"] == 1)
      #expect(try Data(contentsOf: recorded) == Data(contentsOf: before))
      // Without a recorder it starts.
      let deadline = MonotonicClock.seconds + 30
      repeat {
        try await server.screenshot(to: after)
      } while try Data(contentsOf: after) == Data(contentsOf: before) && MonotonicClock.seconds < deadline
      #expect(try Data(contentsOf: after) != Data(contentsOf: before))
    }
  }
}
