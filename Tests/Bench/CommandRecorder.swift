import Foundation
import Harness

/// A recorder that is one program: it records from its start until SIGINT.
struct CommandRecorder: Recorder {
  let name: RecorderName
  let executable: String
  /// Its arguments for a display and a file.
  let arguments: @Sendable (_ display: String, _ file: String) -> [String]
  let versionArguments: [String]

  var settings: String {
    ([URL(filePath: executable).lastPathComponent] + arguments(":N", "FILE")).joined(separator: " ")
  }

  func version() async throws -> String {
    let answer = try await Program.run(executable, versionArguments)
    return answer.split(separator: "\n").first.map(String.init) ?? ""
  }

  func prepare(on server: XServer, file: URL) async throws -> any RecordingSession {
    CommandSession(executable: executable, arguments: arguments(server.display, file.path))
  }
}

extension CommandRecorder {
  /// - Parameter preset: records with it as it is, instead of at the rates that all recorders share.
  static func oriel(_ executable: String, preset: String?, more: [String]) -> CommandRecorder {
    let quality = preset.map { ["--preset", $0] } ?? ["--fps", "30", "--bitrate", "2500k"]
    return CommandRecorder(
      name: .oriel, executable: executable,
      arguments: { display, file in
        ["record", file, "--display", display, "--quiet"] + quality + more
      }, versionArguments: ["--version"])
  }

  static func ffmpeg(_ executable: String) -> CommandRecorder {
    CommandRecorder(
      name: .ffmpeg, executable: executable,
      arguments: { display, file in
        [
          "-nostdin", "-hide_banner", "-loglevel", "error", "-f", "x11grab", "-framerate", "30",
          "-video_size", "1920x1080", "-i", display, "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8",
          "-b:v", "2500k", "-y", file,
        ]
      }, versionArguments: ["-version"])
  }

  /// Without damage: fetching whole frames costs `ximagesrc` less than fetching what changed, and loses none.
  static func gstreamer(_ executable: String) -> CommandRecorder {
    CommandRecorder(
      name: .gstreamer, executable: executable,
      arguments: { display, file in
        [
          "-q", "-e", "ximagesrc", "display-name=\(display)", "use-damage=false", "!", "video/x-raw,framerate=30/1",
          "!", "videoconvert", "!", "vp8enc", "deadline=1", "cpu-used=8", "target-bitrate=2500000", "!", "webmmux",
          "!", "filesink", "location=\(file)",
        ]
      }, versionArguments: ["--version"])
  }
}
