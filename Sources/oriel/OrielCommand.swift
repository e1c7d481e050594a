import ArgumentParser

/// The command: what it can do is in its subcommands, one file each.
@main
struct OrielCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "oriel",
    abstract: "Records an X11 desktop, a monitor or a region into WebM.",
    discussion: """
      Work follows change: a still screen costs next to nothing, and ends up sharper than a recorder that encodes every \
      frame.
      """,
    version: version,
    subcommands: [RecordCommand.self, RepairCommand.self, SourcesCommand.self, PresetsCommand.self])

  static let version = "0.1.0"
}
