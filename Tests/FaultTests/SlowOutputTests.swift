import Foundation
import Glibc
import Harness
import Scenes
import Testing

extension FaultTests {
  @Suite(.timeLimit(.minutes(2))) struct SlowOutputTests {
    @Test(.enabled(if: PreloadedLibrary.compiler != nil))
    func `an fdatasync of 100 seconds delays neither pictures nor the end; its error ends with 74`() async throws {
      let desktop = try await Desktop(.testCard)
      let folder = try TemporaryDirectory()
      let disk = try await SlowDisk(in: folder)
      let file = folder.file("a.webm")
      let recorder = try Recorder(file.path, display: desktop.display, environment: disk.environment(seconds: 100))
      try await recorder.captured(10)
      let ended = try await recorder.interrupt()
      #expect(ended.status == 0 && ended.warningCodes == [])
      #expect(try disk.calls == 1)
      try await Playback.expect(file, frames: ended.stop["framesEncoded"].int)

      // Its error is reported.
      let lost = try Recorder(
        folder.file("b.webm").path, display: desktop.display, ["--duration", "0.5"],
        environment: disk.environment(error: EIO))
      let end = try await lost.ended()
      #expect(end.status == 74, "\(end)")
      #expect(end.stop["reason"] == "writeFailed")
    }

    @Test func `a reader of 20 kB/s causes one warning, no stalled capture, and bounded memory`() async throws {
      let desktop = try await Desktop(.fullMotion, width: 1024, height: 768)
      let folder = try TemporaryDirectory()
      let file = folder.file("stream.webm")
      let recorder = try Recorder("-", display: desktop.display, heavy)
      let stream = try #require(recorder.program.outputStream)
      let reader = ThrottledReader(of: stream, into: file)
      // 32 MB are queued before frames are dropped.
      let start = MonotonicClock.seconds
      while !recorder.events.contains(where: { $0["code"] == "slowOutput" }), MonotonicClock.seconds - start < 60 {
        try await MonotonicClock.sleep(until: MonotonicClock.seconds + 0.2)
      }
      let warned = recorder.events.count
      while recorder.events.count < warned + 3, recorder.program.isRunning {
        try await MonotonicClock.sleep(until: MonotonicClock.seconds + 0.1)
      }
      let peak = recorder.program.resourceUse.peakResidentBytes
      reader.hurry()
      recorder.program.signal(SIGINT)
      let ended = try await recorder.ended(within: .seconds(30))
      try await reader.end()

      #expect(ended.status == 0)
      #expect(ended.warningCodes == ["slowOutput"])
      #expect(ended.stop["reason"] == "signal")
      expectSums(ended)
      // Pictures are captured every second, though hardly anything is written.
      let captured = ended.progress.dropFirst().compactMap { $0["framesCaptured"].int }
      for (before, after) in zip(captured, captured.dropFirst()) { #expect(after - before >= 5) }
      #expect((ended.stop["framesDropped"].int ?? 0) >= 10)
      // Measured: 93 MB.
      #expect(peak < 250 << 20)
      #expect(ended.stop["bytes"].int == (try file.resourceValues(forKeys: [.fileSizeKey]).fileSize))
      try await Playback.expect(file, frames: ended.stop["framesEncoded"].int)
    }
  }
}
