import Foundation

/// A program that tests call, found in `PATH`.
enum Tool: String {
  case ffmpeg, ffprobe, mkvinfo
  case webmInfo = "webm_info"

  struct Result {
    var status: Int32
    var output: String
    var errors: String
  }

  private var path: String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(rawValue)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  var isInstalled: Bool { path != nil }

  /// Runs the program to its end; its output goes through files, so that it never waits for a reader.
  func run(_ arguments: String..., input: URL? = nil) throws -> Result {
    guard let path else { throw CocoaError(.fileNoSuchFile) }
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = try input.map(FileHandle.init(forReadingFrom:)) ?? FileHandle.nullDevice
    let (output, errors) = (folder.file("output"), folder.file("errors"))
    for file in [output, errors] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus,
      output: try String(contentsOf: output, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines),
      errors: try String(contentsOf: errors, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines))
  }
}
