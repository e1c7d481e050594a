import Foundation
import Harness

/// A recorder that is a command: it records from its start until SIGINT.
struct CommandRecorder: Recorder {
  let name: RecorderName
  let executable: String
  let variants: Set<Scenario.Variant>
  let arguments: @Sendable (RecordingTask) -> [String]
  let versionArguments: [String]

  var settings: String {
    let task = RecordingTask(display: ":N", file: URL(filePath: "FILE", relativeTo: nil))
    return ([URL(filePath: executable).lastPathComponent] + arguments(task)).joined(separator: " ")
  }

  func records(_ variant: Scenario.Variant) -> Bool { variants.contains(variant) }

  func version() async throws -> String {
    let answer = try await Program.run(executable, versionArguments)
    return answer.split(separator: "\n").first.map(String.init) ?? ""
  }

  func prepare(_ task: RecordingTask) async throws -> any RecordingSession {
    CommandSession(
      executable: executable, arguments: arguments(task), environment: task.soundServer?.environment ?? [:])
  }
}

extension CommandRecorder {
  /// - Parameter preset: a preset to use unchanged, instead of the frame rate and bitrate common to all recorders.
  static func oriel(_ executable: String, preset: String?, more: [String]) -> CommandRecorder {
    let quality = preset.map { ["--preset", $0] } ?? ["--fps", "30", "--bitrate", "2500k"]
    return CommandRecorder(
      name: .oriel, executable: executable, variants: Set(Scenario.Variant.allCases),
      arguments: { task in
        ["record", task.file.relativePath, "--display", task.display, "--quiet"] + quality
          + (task.soundServer == nil ? [] : ["--audio", "system"]) + (task.window.map { ["--window", $0] } ?? [])
          + more
      }, versionArguments: ["--version"])
  }

  static func ffmpeg(_ executable: String) -> CommandRecorder {
    CommandRecorder(
      name: .ffmpeg, executable: executable, variants: [.plain, .sound],
      arguments: { task in
        let sound = task.soundServer != nil
        return [
          "-nostdin", "-hide_banner", "-loglevel", "error", "-f", "x11grab", "-framerate", "30",
          "-video_size", "1920x1080", "-i", task.display,
        ] + (sound ? ["-f", "pulse", "-i", "\(RecordingTask.sink).monitor", "-c:a", "libopus", "-b:a", "128k"] : []) + [
          "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "2500k", "-y", task.file.relativePath,
        ]
      }, versionArguments: ["-version"])
  }

  /// Without damage tracking: for `ximagesrc` fetching whole frames costs less than fetching damage, and loses none.
  static func gstreamer(_ executable: String) -> CommandRecorder {
    CommandRecorder(
      name: .gstreamer, executable: executable, variants: [.plain],
      arguments: { task in
        [
          "-q", "-e", "ximagesrc", "display-name=\(task.display)", "use-damage=false", "!",
          "video/x-raw,framerate=30/1",
          "!", "videoconvert", "!", "vp8enc", "deadline=1", "cpu-used=8", "target-bitrate=2500000", "!", "webmmux",
          "!", "filesink", "location=\(task.file.relativePath)",
        ]
      }, versionArguments: ["--version"])
  }
}
