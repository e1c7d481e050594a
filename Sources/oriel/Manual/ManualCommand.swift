import ArgumentParser

/// `oriel manual`: the manual page, for `make install`; not in the help, which says the same.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page, in roff.", shouldDisplay: false)

  func run() throws {
    try StandardOutput.print(
      try Manual.page(ofTool: OrielCommand._dumpHelp(), version: OrielCommand.version), terminator: "")
  }
}
