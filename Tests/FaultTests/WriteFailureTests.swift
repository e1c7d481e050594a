import Foundation
import Glibc
import Harness
import Scenes
import Testing

extension FaultTests {
  @Suite(.timeLimit(.minutes(2))) struct WriteFailureTests {
    @Test(.enabled(if: Disk.isPermitted, "\(Disk.reason)"))
    func `a disk that suddenly fills up ends the recording with 74, and the file is playable`() async throws {
      let desktop = try await Desktop(.fullMotion)
      var (disk, file, ended) = try await recordUntilFull(desktop)
      // The check of the free space, once a second, may come between the filling and the next write.
      for _ in 0..<5 where ended.error["message"].string?.contains("is nearly full") ?? false {
        (disk, file, ended) = try await recordUntilFull(desktop)
      }
      defer { withExtendedLifetime(disk) {} }
      #expect(ended.status == 74)
      #expect(ended.stop["event"] == "stop")
      #expect(ended.stop["reason"] == "writeFailed")
      #expect(ended.error["message"].string?.contains("no space left on device") ?? false)
      #expect(ended.error["message"].string?.contains("bytes were kept and play") ?? false)
      #expect(ended.errors.hasPrefix("oriel: writing \(file.path) failed: "))
      expectSums(ended)
      let playback = try await Playback.expect(file, frames: ended.stop["framesEncoded"].int)
      #expect(abs((playback.duration ?? 0) - Double(playback.times.last ?? 0) / 1000) <= 0.1)
      #expect(ended.stop["bytes"].int == (try file.resourceValues(forKeys: [.fileSizeKey]).fileSize))
    }

    private func recordUntilFull(_ desktop: Desktop) async throws -> (Disk, URL, Recorder.Ended) {
      let disk = try await Disk(kilobytes: 16384)
      let file = disk.folder.appending(path: "a.webm")
      let recorder = try Recorder(file.path, display: desktop.display, heavy)
      try await recorder.captured(10)
      try disk.fill(leaving: 0)
      return (disk, file, try await recorder.ended())
    }

    @Test(.enabled(if: Disk.isPermitted, "\(Disk.reason)"), arguments: [true, false])
    func `a nearly full disk ends the recording with 74, and the file has an index`(byAnother: Bool) async throws {
      let desktop = try await Desktop(.fullMotion)
      let disk = try await Disk(kilobytes: byAnother ? 16384 : 4096)
      let file = disk.folder.appending(path: "a.webm")
      let recorder = try Recorder(file.path, display: desktop.display, heavy)
      if byAnother {
        try await recorder.captured(10)
        // A twentieth of the disk must stay free.
        try disk.fill(leaving: 700 << 10)
      }
      let ended = try await recorder.ended()
      #expect(ended.status == 74)
      #expect(ended.stop["reason"] == "writeFailed")
      #expect(ended.error["code"] == "diskNearlyFull")
      #expect(ended.error["message"].string?.contains("nearly full") ?? false)
      #expect(disk.free > 0)
      expectSums(ended)
      let playback = try await Playback.expect(file, frames: ended.stop["framesEncoded"].int)
      #expect(playback.hasIndex && playback.duration != nil)
    }

    @Test func `recording into /dev/full ends with 74 and the message that nothing was recorded`() async throws {
      let desktop = try await Desktop(.still)
      let ended = try await Recorder("/dev/full", display: desktop.display, ["--force"]).ended()
      #expect(ended.status == 74)
      #expect(ended.stop["event"] == "stop")
      #expect(ended.stop["reason"] == "writeFailed")
      #expect(ended.stop["bytes"] == 0)
      #expect(ended.error["message"].string?.hasSuffix("nothing was recorded") ?? false)
    }

    @Test func `a file size limit ends the recording with 74, and the file is playable`() async throws {
      let desktop = try await Desktop(.fullMotion)
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      // Blocks of 512 bytes.
      let recorder = try Recorder(
        file.path, display: desktop.display, heavy,
        wrapper: ["sh", "-c", "ulimit -f 2048; exec \"$@\"", "sh"])
      let ended = try await recorder.ended()
      #expect(ended.status == 74)
      #expect(ended.stop["reason"] == "writeFailed")
      #expect(ended.error["message"].string?.contains("file too large") ?? false)
      let size = try #require(try file.resourceValues(forKeys: [.fileSizeKey]).fileSize)
      #expect(size <= 1 << 20)
      #expect(ended.stop["bytes"].int == size)
      expectSums(ended)
      let playback = try await Playback.expect(file, frames: ended.stop["framesEncoded"].int)
      #expect(playback.duration != nil)
    }

    @Test func `deleting the file during the recording ends it with 74 and an error`() async throws {
      let desktop = try await Desktop(.testCard)
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let recorder = try Recorder(file.path, display: desktop.display)
      try await recorder.captured(10)
      #expect(unlink(file.path) == 0)
      let ended = try await recorder.ended(within: .seconds(10))
      #expect(ended.status == 74)
      #expect(ended.stop["reason"] == "writeFailed")
      #expect(ended.error["code"] == "fileLost")
      #expect(ended.error["message"].string?.contains("was deleted") ?? false)
      #expect(!FileManager.default.fileExists(atPath: file.path))
    }

    @Test func `replacing the file during the recording ends it with 74 and keeps the other file`() async throws {
      let desktop = try await Desktop(.testCard)
      let folder = try TemporaryDirectory()
      let (file, other) = (folder.file("a.webm"), folder.file("b.webm"))
      let recorder = try Recorder(file.path, display: desktop.display)
      try await recorder.captured(10)
      try Data("mine".utf8).write(to: other)
      #expect(rename(other.path, file.path) == 0)
      let ended = try await recorder.ended(within: .seconds(10))
      #expect(ended.status == 74)
      #expect(ended.error["code"] == "fileLost")
      #expect(try Data(contentsOf: file) == Data("mine".utf8))
    }

    @Test func `truncating the file during the recording ends it with 74 and an error`() async throws {
      let desktop = try await Desktop(.testCard)
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let recorder = try Recorder(file.path, display: desktop.display)
      try await recorder.captured(10)
      #expect(truncate(file.path, 0) == 0)
      let ended = try await recorder.ended(within: .seconds(10))
      #expect(ended.status == 74)
      #expect(ended.error["code"] == "fileLost")
      #expect(ended.error["message"].string?.contains("emptied") ?? false)
    }

    @Test func `renaming the file and making it and its folder read-only do not disturb the recording`() async throws {
      let desktop = try await Desktop(.testCard)
      let folder = try TemporaryDirectory()
      let (file, moved) = (folder.file("a.webm"), folder.file("b.webm"))
      let recorder = try Recorder(file.path, display: desktop.display)
      try await recorder.captured(10)
      #expect(rename(file.path, moved.path) == 0)
      #expect(chmod(moved.path, 0o400) == 0)
      #expect(chmod(folder.url.path, 0o500) == 0)
      try await recorder.captured(50)
      let ended = try await recorder.interrupt()
      #expect(chmod(folder.url.path, 0o700) == 0)
      #expect(ended.status == 0)
      #expect(ended.stop["reason"] == "signal")
      let playback = try await Playback.expect(moved, frames: ended.stop["framesEncoded"].int)
      #expect(playback.hasIndex)
    }

    @Test func `a recording whose standard output and error are /dev/full goes on`() async throws {
      let desktop = try await Desktop(.testCard)
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let recorder = try Recorder(
        file.path, display: desktop.display, ["--duration", "1.5"],
        wrapper: ["sh", "-c", "exec \"$@\" >/dev/full 2>/dev/full", "sh"])
      #expect(try await recorder.program.exit(within: .seconds(15)).status == 0)
      #expect(try await Playback.expect(file).hasIndex)
    }
  }
}

/// Options that make at least 1 MB/s of a screen in motion.
let heavy = ["--preset", "archive", "--bitrate", "400M"]

/// Expects that the counts never fall from event to event, and that no more pictures are dropped than captured.
func expectSums(_ ended: Recorder.Ended, sourceLocation: SourceLocation = #_sourceLocation) {
  for key in ["framesCaptured", "framesEncoded", "framesDropped", "bytes"] {
    let counts = ended.progress.compactMap { $0[key].int } + [ended.stop[key].int ?? -1]
    #expect(counts == counts.sorted(), "\(key) falls: \(counts)", sourceLocation: sourceLocation)
  }
  let captured = ended.stop["framesCaptured"].int ?? -1
  #expect(captured >= ended.stop["framesDropped"].int ?? -1, sourceLocation: sourceLocation)
}
