import ArgumentParser
import Oriel

/// The command `oriel`. Each subcommand is in a file of its own.
struct OrielCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "oriel",
    abstract: "Record an X11 desktop, a monitor, a window or a region with its sound into WebM, and share it.",
    discussion: """
      Only what changes on the screen is encoded: a still screen costs almost no CPU time, and becomes sharper than \
      with a recorder that encodes every frame.
      """,
    version: version,
    subcommands: [
      RecordCommand.self, ServeCommand.self, ShareCommand.self, TokenCommand.self, SnapshotCommand.self,
      RepairCommand.self,
      SourcesCommand.self, PresetsCommand.self, SelfTestCommand.self, ManualCommand.self,
    ])

  static let version = orielVersion

  /// Runs the subcommand that `arguments` name.
  /// - Returns: the exit status of the process.
  static func perform(_ arguments: [String]) async -> Int32 {
    do {
      var command = try await asyncParseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return 0
    } catch {
      return end(error, arguments)
    }
  }

  private static func end(_ error: any Error, _ arguments: [String]) -> Int32 {
    // A command that throws a bare exit status has reported the error itself.
    if let status = error as? ExitCode { return status.rawValue }
    let reporter = Reporter(style: jsonStream(arguments).map { .json($0) } ?? .text)
    if let failure = error as? Failure { return reporter.fail(failure).rawValue }
    let code = exitCode(for: error)
    guard code == .success else {
      complain(fullMessage(for: error), arguments, reporter)
      return code.rawValue
    }
    do throws(Failure) {
      try StandardOutput.print(fullMessage(for: error))
      return code.rawValue
    } catch {
      return reporter.fail(error).rawValue
    }
  }

  /// The stream for the events of a command whose arguments cannot be parsed; nil without `--json`.
  private static func jsonStream(_ arguments: [String]) -> Reporter.Stream? {
    let arguments = arguments.prefix { $0 != "--" }
    guard arguments.contains("--json") else { return nil }
    let isMediaOnStandardOutput = arguments.first == "record" && arguments.contains { isStandardOutput($0) }
    return isMediaOnStandardOutput ? .standardError : .standardOutput
  }

  /// Reports an error of the command line in the form of all of Oriel's errors: "Error: Missing value …." becomes
  /// "oriel: missing value …".
  private static func complain(_ text: String, _ arguments: [String], _ reporter: Reporter) {
    var lines = text.split(separator: "\n").map(String.init)
    var sentence = lines.first.map { Substring($0) } ?? ""
    if let mark = sentence.firstRange(of: "Error: ") { sentence = sentence[mark.upperBound...] }
    if sentence.last == "." { sentence.removeLast() }
    sentence = Substring(sentence.replacing(". Please provide one", with: "; give one"))
    let message =
      UnknownWordHint.message(for: sentence, arguments: arguments)
      ?? sentence.prefix(1).lowercased() + sentence.dropFirst()
    if case .json = reporter.style {
      _ = reporter.fail(Failure(status: .usage, code: "usage", message: message))
    } else {
      lines[0] = "oriel: " + message
      reporter.say(lines.map(printable).joined(separator: "\n"))
    }
  }
}

/// Whether the path of an output means standard output.
func isStandardOutput(_ path: String) -> Bool { path == "-" || OutputStream.descriptor(path) == 1 }
