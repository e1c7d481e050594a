import ArgumentParser

/// The form of the command's messages.
struct VerbosityOptions: ParsableArguments {
  @Flag(help: "Print one JSON object per line, on standard output (on standard error if the media goes there).")
  var json = false

  @Flag(help: "Print errors only.")
  var quiet = false

  func validate() throws {
    if json, quiet { throw ValidationError("--json and --quiet contradict each other; give one of them") }
  }

  func reporter(mediaOnStandardOutput: Bool) -> Reporter {
    if json { return Reporter(style: .json(mediaOnStandardOutput ? .standardError : .standardOutput)) }
    return Reporter(style: quiet ? .quiet : .text)
  }
}
