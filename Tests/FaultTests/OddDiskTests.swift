import Foundation
import Harness
import Scenes
import Testing

extension FaultTests {
  /// File systems whose numbers are not to be trusted, as some over a network are.
  @Suite(.timeLimit(.minutes(1))) struct OddDiskTests {
    @Test(
      .enabled(if: OddDisk.isPermitted, "\(OddDisk.reason)"),
      arguments: [(free: 0, sizeDelay: 0.0), (free: 900_000, sizeDelay: 1.5)])
    func `a disk that says it is full, or tells sizes late, is believed only when a write fails`(
      free: Int, sizeDelay: Double
    ) async throws {
      let desktop = try await Desktop(.typing)
      let disk = try await OddDisk(free: free, sizeDelay: sizeDelay)
      let ended = try await Recorder(
        disk.mountPoint.appending(path: "a.webm").path, display: desktop.display, ["--duration", "2"]
      ).ended()
      #expect(ended.status == 0)
      #expect(ended.stop["reason"] == "duration")
      #expect(ended.warningCodes == [])
      let playback = try await Playback.expect(
        disk.folder.appending(path: "a.webm"), frames: ended.stop["framesEncoded"].int)
      #expect(playback.hasIndex)
    }
  }
}
