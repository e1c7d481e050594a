import Foundation
import Glibc
import Harness
import Scenes
import Testing

extension FaultTests {
  @Suite(.timeLimit(.minutes(2))) struct LedgerTests {
    @Test(arguments: [SceneName.testCard, .typing, .still])
    func `the sums of a ledger of a paused recording equal its stop event`(scene: SceneName) async throws {
      let desktop = try await Desktop(scene)
      let folder = try TemporaryDirectory()
      let (file, ledger) = (folder.file("a.webm"), folder.file("ledger"))
      let recorder = try Recorder(file.path, display: desktop.display, ["--ledger", ledger.path])
      try await recorder.event("progress")
      recorder.program.signal(SIGUSR1)
      try await recorder.event("paused")
      recorder.program.signal(SIGUSR1)
      try await recorder.event("resumed")
      try await recorder.event("progress") { ($0["timeSeconds"].number ?? 0) > 2.9 }
      let ended = try await recorder.interrupt()
      #expect(ended.status == 0)
      let sum = try LedgerSum(of: ledger)
      sum.expect(ended.stop)
      let playback = try await Playback.expect(file, frames: ended.stop["framesEncoded"].int)
      // Every frame of the file has a line with its time.
      let times = Set(playback.times)
      #expect(sum.frameTimes.count == playback.times.count)
      #expect(sum.frameTimes.allSatisfy { times.contains($0) })
    }

    @Test func `a ledger that cannot be written is one warning, and the recording goes on`() async throws {
      let desktop = try await Desktop(.testCard)
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let ended = try await Recorder(
        file.path, display: desktop.display, ["--ledger", "/dev/full", "--force", "--duration", "2.5"]
      ).ended()
      #expect(ended.status == 0)
      #expect(ended.warningCodes == ["ledger"])
      #expect(ended.warnings.first?["message"].string?.contains("/dev/full") ?? false)
      #expect(ended.errors == "")
      #expect(ended.stop["reason"] == "duration")
      #expect(try await Playback.expect(file, frames: ended.stop["framesEncoded"].int).hasIndex)
    }

    @Test func `the sums of a ledger equal the stop event after a failed write`() async throws {
      let desktop = try await Desktop(.fullMotion)
      let folder = try TemporaryDirectory()
      let (file, ledger) = (folder.file("a.webm"), folder.file("ledger"))
      let recorder = try Recorder(
        file.path, display: desktop.display, heavy + ["--ledger", ledger.path],
        wrapper: ["sh", "-c", "ulimit -f 2048; exec \"$@\"", "sh"])
      let ended = try await recorder.ended()
      #expect(ended.status == 74)
      let sum = try LedgerSum(of: ledger)
      sum.expect(ended.stop)
      #expect(sum.reasons.contains("writeFailed"))
    }
  }
}
