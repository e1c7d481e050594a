import ArgumentParser
import Oriel

/// The command: what it can do is in its subcommands, one file each.
@main
struct OrielCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "oriel",
    abstract: "Record an X11 desktop, a monitor, a window or a region with its sound into WebM, and share it.",
    discussion: """
      Work follows change: a still screen costs next to nothing, and ends up sharper than a recorder that encodes every \
      frame.
      """,
    version: version,
    subcommands: [
      RecordCommand.self, ServeCommand.self, ShareCommand.self, SnapshotCommand.self, RepairCommand.self,
      SourcesCommand.self, PresetsCommand.self, SelfTestCommand.self, ManualCommand.self,
    ])

  static let version = orielVersion

  static func main() async {
    do {
      var command = try await asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      // A status alone comes from a command that has said already what is wrong.
      guard !(error is ExitCode), exitCode(for: error) == .validationFailure else { exit(withError: error) }
      complain(fullMessage(for: error))
      exit(withError: ExitCode.validationFailure)
    }
  }

  /// Says what is wrong with the command line as Oriel says everything: "Error: Missing value …." becomes
  /// "oriel: missing value …".
  private static func complain(_ text: String) {
    var lines = text.split(separator: "\n").map(String.init)
    guard let first = lines.first, let mark = first.firstRange(of: "Error: ") else {
      Reporter(style: .text).say(text)
      return
    }
    var sentence = first[mark.upperBound...]
    if sentence.last == "." { sentence.removeLast() }
    sentence = Substring(sentence.replacing(". Please provide one", with: "; give one"))
    lines[0] = "oriel: " + (OtherWords.answer(to: sentence) ?? sentence.prefix(1).lowercased() + sentence.dropFirst())
    Reporter(style: .text).say(lines.map(printable).joined(separator: "\n"))
  }
}
