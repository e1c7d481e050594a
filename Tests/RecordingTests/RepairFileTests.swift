import Foundation
import Glibc
import Harness
import Testing
import WebM

@Suite(.timeLimit(.minutes(3))) struct RepairFileTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// A stream by ffmpeg: without a duration, an index, or room for them.
  private func stream(_ name: String = "stream.webm", seconds: Int = 4) async throws -> URL {
    let file = folder.file(name)
    try await FFmpeg.run([
      "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=\(seconds)", "-f", "lavfi", "-i",
      "sine=duration=\(seconds)", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", "20", "-c:a",
      "libopus", "-live", "1", "-y", file.path,
    ])
    return file
  }

  /// The names of the files in the folder.
  private var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
  }

  @Test func `a stream is replaced by its repaired copy, with the same mode and through a link`() async throws {
    let file = try await stream()
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.path)
    let link = folder.file("link.webm")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
    let packets = try await Recordings.packets(file)
    let result = try await Recordings.repair(link.path, "--json")
    #expect(result.status == 0)
    let event = try JSON(parsing: result.output)
    #expect(event["event"] == "repair")
    #expect(event["result"] == "rewritten")
    #expect(event["indexed"] == 5)
    #expect(abs((event["durationSeconds"].number ?? 0) - 4) < 0.05)
    #expect(try await Recordings.packets(file) == packets)
    try await Recordings.expectSeekable(file)
    let seek = try await Recordings.seek(file, to: 3)
    // The previous key frame; they are 0.8 s apart, and ffmpeg starts with its sound.
    #expect(abs(seek.time - 2.4) < 0.02)
    #expect(try names == ["link.webm", "stream.webm"])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == file.path)
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o640)
  }

  @Test func `with --output the file is unchanged, and the output is private and needs --force to be replaced`()
    async throws
  {
    let file = try await stream()
    let output = folder.file("mended.webm")
    let before = try Recordings.fingerprint(file)
    #expect(try await Recordings.repair(file.path, "--output", output.path).status == 0)
    #expect(try Recordings.fingerprint(file) == before)
    try await Recordings.expectSeekable(output)
    func expectPrivate() throws {
      let mode = try FileManager.default.attributesOfItem(atPath: output.path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
    try expectPrivate()
    let again = try await Recordings.repair(file.path, "--output", output.path)
    #expect(again.status == 73)
    #expect(again.errors.contains("--force"))
    for path in [file, output] {
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path.path)
    }
    #expect(try await Recordings.repair(file.path, "--output", output.path, "--force").status == 0)
    try await Recordings.expectSeekable(output)
    try expectPrivate()
    #expect(try await Recordings.repair(file.path, "--output", "/nonexistent/x.webm").status == 73)
    let copy = folder.file("copy.webm")
    let healthy = try await Recordings.repair(output.path, "--output", copy.path)
    #expect(healthy.errors.contains("healthy"))
    #expect(try Data(contentsOf: copy) == Data(contentsOf: output))
    #expect(try names == ["copy.webm", "mended.webm", "stream.webm"])
  }

  @Test func `a file that is no recording is reported and not changed`() async throws {
    let head = [UInt8](try Data(contentsOf: try await stream())).prefix(300)
    let cases: [(String, [UInt8], Int32, String)] = [
      ("text.webm", Array("This is not a film.".utf8), 65, "is not a WebM file"),
      ("empty.webm", [], 65, "is empty"),
      ("head.webm", Array(head), 65, "nothing to repair"),
    ]
    for (name, bytes, status, message) in cases {
      let file = folder.file(name)
      try Data(bytes).write(to: file)
      let before = try Recordings.fingerprint(file)
      let result = try await Recordings.repair(file.path)
      #expect(result.status == status)
      #expect(result.errors.contains(message), "\(result.errors)")
      #expect(try Recordings.fingerprint(file) == before)
    }
    #expect(try await Recordings.repair(folder.file("missing.webm").path).status == 66)
    #expect(try await Recordings.repair(folder.url.path).status == 66)
    #expect(try await Recordings.repair("-").status == 64)
  }

  @Test func `a file that is still being written is not repaired`() async throws {
    let file = try await stream()
    let before = try Recordings.fingerprint(file)
    let writer = open(file.path, O_WRONLY | O_CLOEXEC)
    defer { close(writer) }
    let result = try await Recordings.repair(file.path)
    #expect(result.status == 74)
    #expect(result.errors.contains("still being written"))
    #expect(try Recordings.fingerprint(file) == before)
  }

  @Test func `a failed write leaves the file unchanged and no other file`() async throws {
    let file = try await stream()
    let before = try Recordings.fingerprint(file)
    // 8 KiB, in units of 512 or 1024 bytes.
    let program = try Program(
      "bash", ["-c", "ulimit -f 8; exec \"$0\" repair \"$1\"", try Executables.product("oriel"), file.path])
    #expect(try await program.exit().status == 74)
    #expect(program.errorOutput.contains("file too large"))
    #expect(try Recordings.fingerprint(file) == before)
    #expect(try names == ["stream.webm"])
  }

  @Test func `a repair killed 25 times loses no packet and can be repeated`() async throws {
    let original = try await stream(seconds: 60)
    let packets = try await Recordings.packets(original)
    let own = folder.file("own.webm")
    try unfinished(from: original, to: own)
    let ownPackets = try await Recordings.packets(own)
    var random = SeededRandom(seed: 7)
    for (file, expected) in [(original, packets), (own, ownPackets)] {
      var killed = 0
      for _ in 0..<25 {
        let program = try Program(try Executables.product("oriel"), ["repair", file.path])
        try await Task.sleep(for: .microseconds(Int.random(in: 0...40_000, using: &random)))
        program.signal(SIGKILL)
        if try await program.exit().status == nil { killed += 1 }
        #expect(try await Recordings.packets(file) == expected)
      }
      #expect(killed > 0)
      #expect(try names == ["own.webm", "stream.webm"])
      #expect(try await Recordings.repair(file.path).status == 0)
      #expect(try await Recordings.packets(file) == expected)
      try await Recordings.expectSeekable(file)
    }
  }

  /// Writes the blocks of `file` with Oriel's muxer, unfinished and cut off in the last one.
  private func unfinished(from file: URL, to target: URL) throws {
    var reader = try WebMReader(WebMBytes([UInt8](try Data(contentsOf: file))))
    var muxer = try WebMMuxer(tracks: reader.tracks, writingApplication: "Oriel 0")
    var bytes: [UInt8] = []
    func apply(_ outputs: [WebMOutput]) {
      for output in outputs {
        switch output {
        case .append(let added): bytes += added
        case .patch(let offset, let patch):
          bytes.replaceSubrange(Int(offset)..<Int(offset) + patch.count, with: patch)
        }
      }
    }
    apply(muxer.start())
    while let item = try reader.next() {
      guard case .block(let block) = item else { continue }
      let data = try reader.bytes(in: block.frames[0])
      apply(
        try muxer.write(
          EncodedBlock(track: block.track, time: block.time, isKeyFrame: block.isKeyFrame, data: data)))
    }
    try Data(bytes.dropLast(3)).write(to: target)
  }
}
