import Foundation
import Harness
import Scenes
import Testing

extension FaultTests {
  @Suite(.timeLimit(.minutes(3))) struct OverloadTests {
    @Test func `on an overloaded machine drops are counted, sums agree, and memory stays bounded`() async throws {
      let desktop = try await Desktop(.fullMotion, width: 1920, height: 1080)
      let folder = try TemporaryDirectory()
      let (file, ledger) = (folder.file("a.webm"), folder.file("ledger"))
      let recorder = try Recorder(
        file.path, display: desktop.display, ["--ledger", ledger.path, "--fps", "60"], wrapper: ["nice", "-n", "19"])
      try await recorder.event("start")
      let hogs = try (0..<ProcessInfo.processInfo.activeProcessorCount * 2).map { _ in
        try Program("sh", ["-c", "while :; do :; done"])
      }
      try await recorder.event("progress", within: .seconds(30)) { ($0["timeSeconds"].number ?? 0) >= 5 }
      for hog in hogs { hog.kill() }
      let peak = recorder.program.resourceUse.peakResidentBytes
      let ended = try await recorder.interrupt()
      #expect(ended.status == 0)
      expectSums(ended)
      let dropped = try #require(ended.stop["framesDropped"].int)
      #expect(dropped > 0)
      #expect(ended.progress.contains { $0["framesDropped"].int ?? 0 > 0 })
      // Measured: 116 MB.
      #expect(peak < 200 << 20)
      let sum = try LedgerSum(of: ledger)
      sum.expect(ended.stop)
      #expect(sum.reasons == ["encoderBusy"])
      try await Playback.expect(file, frames: ended.stop["framesEncoded"].int)
    }

    @Test func `half an hour of a busy desktop with sound keeps memory constant and the sound in sync`() async throws {
      let frames = 54_000
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let report = try JSON(
        parsing: try await Program.run(
          Executables.product("oriel-soak"), [file.path, "\(frames)"], within: .seconds(150)))
      #expect(report["framesCaptured"].int == frames)
      #expect(report["ledgerPictures"].int == frames)
      #expect(report["framesDropped"] == 0)
      let resident = (report["resident"].array ?? []).compactMap(\.number)
      #expect(resident.count == 10)
      // The first tenth still allocates.
      let mean = resident.dropFirst().reduce(0, +) / 9
      for value in resident.dropFirst() { #expect(abs(value / mean - 1) <= 0.1, "\(resident)") }
      let playback = try await Playback.expect(file, frames: report["framesEncoded"].int)
      #expect(abs(Double(playback.times.last ?? 0) / 1000 - Double(frames) / 30) <= 1)
      // The first beep and the last begin at their full minutes, to the millisecond.
      for minute in [1, frames / 1800 - 1] {
        let raw = folder.file("\(minute).f32")
        try await FFmpeg.run([
          "-copyts", "-i", file.path, "-map", "0:a",
          "-af",
          "aresample=async=1:first_pts=0,atrim=start=\(minute * 60 - 1):end=\(minute * 60 + 1),aformat=flt:48000:mono",
          "-f", "f32le", raw.path,
        ])
        let samples = try Data(contentsOf: raw).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        let beep = try #require(Sound(samples).runs(above: 0.03).first)
        #expect(abs(beep.lowerBound - 1) < 0.001 && abs(beep.upperBound - 1.1) < 0.002, "\(minute): \(beep)")
      }
    }
  }
}
