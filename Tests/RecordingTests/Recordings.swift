import Foundation
import Harness
import Media
import Testing
import WebM

/// Reads recordings with other programs, and repairs them with `oriel repair`.
enum Recordings {
  /// Runs `oriel repair`.
  static func repair(_ arguments: String...) async throws -> (status: Int32?, output: String, errors: String) {
    let program = try Program(try Executables.product("oriel"), ["repair"] + arguments)
    let exit = try await program.exit(within: .seconds(60))
    return (exit.status, program.output, program.errorOutput)
  }

  /// A hash of each packet of each track with its time, as read by ffmpeg.
  static func packets(_ file: URL) async throws -> [String] {
    let list = try await Program.run(
      "ffmpeg",
      ["-nostdin", "-v", "fatal", "-i", file.path, "-map", "0", "-c", "copy", "-f", "framemd5", "-"],
      within: .seconds(60))
    // Without the last packet's duration, which follows from the file's, and that changes with a repair.
    return list.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let fields = line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      return [fields[0], fields[2], fields[4], fields[5]].joined(separator: " ")
    }
  }

  /// Hashes of the decoded pictures.
  static func pictures(_ file: URL) async throws -> [String] {
    let list = try await Program.run(
      "ffmpeg",
      ["-nostdin", "-v", "fatal", "-i", file.path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"],
      within: .seconds(60))
    return list.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { $0.split(separator: " ").last }
      .map(String.init)
  }

  /// The time of the last whole block, in seconds.
  static func lastBlock(_ file: URL) throws -> Double {
    var reader = try WebMReader(WebMBytes([UInt8](try Data(contentsOf: file))))
    var last = 0.0
    while let item = try reader.next() {
      if case .block(let block) = item { last = max(last, block.time.seconds) }
    }
    return last
  }

  /// Expects that a file is seekable, with every installed tool.
  static func expectSeekable(_ file: URL, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let probe = try Program("ffprobe", ["-v", "warning", "-show_format", file.path])
    let status = try await probe.exit().status
    #expect(status == 0 && probe.errorOutput == "", sourceLocation: sourceLocation)
    let hasDuration = probe.output.contains("duration=") && !probe.output.contains("duration=N/A")
    #expect(hasDuration, sourceLocation: sourceLocation)
    let mkvinfo = try Program("mkvinfo", ["-a", file.path])
    let mkvinfoStatus = try await mkvinfo.exit().status
    #expect(mkvinfoStatus == 0 && mkvinfo.errorOutput == "", sourceLocation: sourceLocation)
    #expect(mkvinfo.output.contains("+ Cue"), sourceLocation: sourceLocation)
    let hasUnknownSize = mkvinfo.output.contains("size unknown")
    #expect(!hasUnknownSize, sourceLocation: sourceLocation)
    if Executables.installed("webm_info") != nil {
      let info = try Program("webm_info", ["-all", "-i", file.path])
      let infoStatus = try await info.exit().status
      #expect(infoStatus == 0 && info.errorOutput == "", sourceLocation: sourceLocation)
    }
    try expectValidCues(file, sourceLocation: sourceLocation)
  }

  /// Expects that each index entry points to its block.
  private static func expectValidCues(_ file: URL, sourceLocation: SourceLocation) throws {
    var reader = try WebMReader(WebMBytes([UInt8](try Data(contentsOf: file))))
    let cues = try reader.cues()
    #expect(!cues.isEmpty, sourceLocation: sourceLocation)
    for cue in cues {
      try reader.seek(toClusterAt: cue.clusterOffset)
      guard case .cluster(let cluster) = try reader.next() else {
        Issue.record("a cue points to no cluster", sourceLocation: sourceLocation)
        continue
      }
      var found = false
      while let item = try reader.next(), case .block(let block) = item {
        guard block.element.offset == cluster.element.dataOffset + (cue.relativePosition ?? 0) else { continue }
        found = block.time == cue.time && block.track == cue.track && block.isKeyFrame
        break
      }
      #expect(found, "the cue at \(cue.time)", sourceLocation: sourceLocation)
    }
  }

  /// The time and offset of the first packet that ffprobe reads when it seeks to `time`.
  static func seek(_ file: URL, to time: Double) async throws -> (time: Double, offset: Int) {
    let answer = try await FFmpeg.probe(
      file, ["-select_streams", "v:0", "-read_intervals", "\(time)%+#1", "-show_packets"])
    let packet = answer["packets"][0]
    return (packet["pts_time"].number ?? -1, packet["pos"].number.flatMap { Int(exactly: $0) } ?? -1)
  }

  /// Bytes, inode and modification time, which an untouched file keeps.
  static func fingerprint(_ file: URL) throws -> String {
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    let bytes = try Data(contentsOf: file)
    return "\(bytes.count) \(bytes.hashValue) \(attributes[.modificationDate] ?? "") "
      + "\(attributes[.systemFileNumber] ?? "")"
  }
}
