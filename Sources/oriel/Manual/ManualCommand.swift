import ArgumentParser

/// `oriel manual`: prints the manual page, for `make install`. It is hidden, as the help has the same text.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page, in roff.", shouldDisplay: false)

  func run() throws {
    try StandardOutput.print(
      try Manual.page(ofTool: OrielCommand._dumpHelp(), version: OrielCommand.version), terminator: "")
  }
}
