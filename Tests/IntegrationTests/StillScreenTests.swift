import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  @Suite(.timeLimit(.minutes(1))) struct StillScreenTests {
    @Test func `a still screen costs almost no CPU time and becomes sharp, and the file's time continues`() async throws
    {
      let desktop = try await Desktop(.still, width: 1920, height: 1080)
      let running = try RunningRecording(on: desktop.display, ["--duration", "6", "--cursor", "never"])
      try await running.record(seconds: 1.5)
      let before = running.program.resourceUse.cpuSeconds
      try await MonotonicClock.sleep(until: MonotonicClock.seconds + 4)
      let used = running.program.resourceUse.cpuSeconds - before
      // Measured: some 10 ms. A recorder that encodes every frame takes seconds.
      #expect(used < 0.2)

      let recording = try await running.finished()
      #expect(recording.exit.status == 0)
      #expect(recording.stop["framesEncoded"].int ?? 99 <= 12)
      #expect(recording.stop["framesCaptured"] == 1)
      #expect(recording.stop["framesDropped"] == 0)
      let file = try WebMFile(recording.file)
      #expect(abs((file.duration ?? 0) - 6) <= 0.4)
      for (before, after) in zip(file.times, file.times.dropFirst() + [Int((file.duration ?? 0) * 1000)]) {
        #expect(after - before <= 1500)
      }
      #expect(file.keyFrameTimes == [0])
      let screen = recording.folder.file("screen.png")
      try await desktop.server.screenshot(to: screen)
      var last: DecodedFrame?
      for try await frame in try await FFmpeg.frames(of: recording.file, as: .luma) { last = frame }
      #expect(try await FFmpeg.lumaSSIM(of: try #require(last), to: screen) >= 0.9995)
      try await Players.expectAccepted(recording.file, frames: file.blocks.count)
    }
  }
}
