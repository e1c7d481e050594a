import Foundation
import TestSupport

/// A program used by tests, found in `PATH`.
enum Tool: String {
  case ffmpeg, ffprobe, mkvinfo
  case webmInfo = "webm_info"

  struct Result {
    /// -1 when a signal ended it.
    var status: Int32
    var output: String
    var errors: String
  }

  var isInstalled: Bool { Executables.installed(rawValue) != nil }

  /// Runs the program to its end.
  /// - Parameter input: a file that it reads as its standard input.
  func run(_ arguments: String..., input: URL? = nil) async throws -> Result {
    let input = input.map { [STDIN_FILENO: Descriptor(owning: open($0.path, O_RDONLY | O_CLOEXEC))] }
    let program = try Program(rawValue, arguments, descriptors: input ?? [:])
    let exit = try await program.exit(within: .seconds(60))
    return Result(
      status: exit.status ?? -1, output: program.output.trimmingCharacters(in: .whitespacesAndNewlines),
      errors: program.errorOutput.trimmingCharacters(in: .whitespacesAndNewlines))
  }
}
