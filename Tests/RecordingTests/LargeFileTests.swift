import Foundation
import Glibc
import Harness
import Media
import Testing
import WebM

@Suite(.timeLimit(.minutes(3))) struct LargeFileTests {
  /// The header of a key frame of 16 × 16 pixels; players read no more of it.
  private static let frame: [UInt8] = [0x10, 0x02, 0x00, 0x9D, 0x01, 0x2A, 16, 0, 16, 0]

  /// Writes frames of 1 MB, one per second, zeros except for their first bytes. The zeros are holes: a few megabytes of
  /// disk.
  private func write(_ file: URL, frames: Int64, mode: WebMMuxer.Mode) throws {
    let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    #expect(descriptor >= 0)
    defer { close(descriptor) }
    var end: UInt64 = 0
    func apply(_ outputs: [WebMOutput]) {
      for output in outputs {
        switch output {
        case .append(let bytes):
          _ = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, min($0.count, 1024), off_t(end)) }
          end += UInt64(bytes.count)
        case .patch(let offset, let bytes):
          _ = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
        }
      }
    }
    var muxer = try WebMMuxer(
      tracks: [.vp8(number: 1, width: 16, height: 16)], writingApplication: "Oriel 0", mode: mode)
    apply(muxer.start())
    let payload = Self.frame + [UInt8](repeating: 0, count: 1_000_000)
    for index in 0..<frames {
      apply(
        try muxer.write(
          EncodedBlock(track: 1, time: .milliseconds(index * 1000), isKeyFrame: index % 10 == 0, data: payload)))
    }
    // Cuts the last frame in half.
    #expect(ftruncate(descriptor, off_t(end) - 500_000) == 0)
  }

  /// Repairs the file with at most 96 MiB of memory, of which the command's own data are 40, and returns its JSON.
  private func repairWithinLimits(_ file: URL) async throws -> JSON {
    let program = try Program(
      "bash", ["-c", "ulimit -d 98304; exec \"$0\" repair --json \"$1\"", try Executables.product("oriel"), file.path])
    #expect(try await program.exit(within: .seconds(120)).status == 0, "\(program.errorOutput)")
    return try JSON(parsing: program.output)
  }

  @Test func `a file of more than 4 GiB is repaired in place within 96 MiB of memory`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("long.webm")
    try write(file, frames: 4500, mode: .seekable)
    let event = try await repairWithinLimits(file)
    #expect(event["result"] == "inPlace")
    #expect(event["indexed"] == 450)
    #expect(event["droppedBytes"].number == 500_018)
    #expect(event["durationSeconds"] == 4499)
    let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
    #expect((size ?? 0) > 1 << 32)
    let seek = try await Recordings.seek(file, to: 4495)
    #expect(seek.time == 4490 && seek.offset > 1 << 32)
  }

  @Test func `a file of 200 MB is rewritten within 96 MiB of memory`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("stream.webm")
    try write(file, frames: 200, mode: .streaming)
    let event = try await repairWithinLimits(file)
    #expect(event["result"] == "rewritten")
    #expect(event["indexed"] == 20)
    let seek = try await Recordings.seek(file, to: 195)
    #expect(seek.time == 190 && seek.offset > 190_000_000)
  }
}
