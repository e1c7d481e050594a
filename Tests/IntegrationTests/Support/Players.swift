import Foundation
import Harness
import Testing

/// Checks of a file by other programs.
enum Players {
  /// Expects that mkvinfo, ffprobe and webm_info accept a file without messages, and count so many frames.
  static func expectAccepted(
    _ file: URL, frames: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let probe = try Program(
      "ffprobe",
      [
        "-v", "error", "-count_frames", "-select_streams", "v", "-of", "csv=p=0", "-show_entries",
        "stream=nb_read_frames", file.path,
      ])
    let probed = try await probe.exit(within: .seconds(60))
    #expect(probed.status == 0 && probe.errorOutput.isEmpty, "\(probe.errorOutput)", sourceLocation: sourceLocation)
    #expect(Int(trimmed(probe.output)) == frames, sourceLocation: sourceLocation)

    let info = try Program("mkvinfo", ["-a", file.path])
    let informed = try await info.exit(within: .seconds(30))
    #expect(informed.status == 0 && info.errorOutput.isEmpty, sourceLocation: sourceLocation)
    let said = info.output.lowercased()
    for word in ["warning", "error", "unknown element", "not conform"] {
      #expect(!said.contains(word), sourceLocation: sourceLocation)
    }
    #expect(said.components(separatedBy: "simple block:").count - 1 == frames, sourceLocation: sourceLocation)

    let webM = try Program("webm_info", ["-all", "-i", file.path])
    let examined = try await webM.exit(within: .seconds(30))
    #expect(examined.status == 0 && webM.errorOutput.isEmpty, "\(webM.errorOutput)", sourceLocation: sourceLocation)
    #expect(
      webM.output.components(separatedBy: " Block: type:V").count - 1 == frames, sourceLocation: sourceLocation)
    #expect(!webM.output.contains("invalid VP8"), sourceLocation: sourceLocation)
  }

  /// The number of frames that ffmpeg decodes, and its error messages.
  static func decode(_ file: URL) async throws -> (frames: Int, complaints: String) {
    let program = try Program(
      "ffmpeg",
      [
        "-nostdin", "-hide_banner", "-v", "error", "-i", file.path, "-map", "0:v:0", "-fps_mode", "passthrough",
        "-enc_time_base", "1:1000", "-progress", "pipe:1", "-f", "null", "/dev/null",
      ])
    let exit = try await program.exit(within: .seconds(60))
    let counts = program.output.split(separator: "\n").compactMap { line in
      line.hasPrefix("frame=") ? Int(line.dropFirst(6).drop { $0 == " " }) : nil
    }
    guard exit.status == 0, let frames = counts.last else {
      throw HarnessError("ffmpeg: \(exit.reason)\n\(program.errorOutput)")
    }
    return (frames, trimmed(program.errorOutput))
  }

  private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}
