import ArgumentParser

/// What the command says of its work.
struct VerbosityOptions: ParsableArguments {
  @Flag(help: "Print one JSON object a line, on standard output (on standard error when the media goes there).")
  var json = false

  @Flag(help: "Say nothing but errors.")
  var quiet = false

  func validate() throws {
    if json, quiet { throw ValidationError("--json and --quiet contradict each other; give one of them") }
  }

  func reporter(mediaOnStandardOutput: Bool) -> Reporter {
    if json { return Reporter(style: .json(mediaOnStandardOutput ? .standardError : .standardOutput)) }
    return Reporter(style: quiet ? .quiet : .text)
  }
}
