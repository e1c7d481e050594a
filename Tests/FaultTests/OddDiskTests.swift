import Foundation
import Harness
import Scenes
import Testing

extension FaultTests {
  /// File systems that report wrong numbers, as some network file systems do.
  @Suite(.timeLimit(.minutes(1))) struct OddDiskTests {
    @Test(
      .enabled(if: OddDisk.isPermitted, "\(OddDisk.reason)"),
      arguments: [(free: 0, sizeDelay: 0.0), (free: 900_000, sizeDelay: 1.5)])
    func `a disk that wrongly reports no free blocks, or reports file sizes late, does not end a recording`(
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
