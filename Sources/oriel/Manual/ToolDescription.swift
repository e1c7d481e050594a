/// What the argument parser says of a command: as much of its JSON as a manual page needs.
struct ToolDescription: Decodable {
  struct Command: Decodable {
    let commandName: String
    let abstract, discussion: String?
    let shouldDisplay: Bool
    let subcommands: [Command]?
    let arguments: [Argument]?
  }

  struct Argument: Decodable {
    enum Kind: String, Decodable { case positional, option, flag }

    struct Name: Decodable {
      let kind, name: String

      /// As it is typed.
      var spelling: String { (kind == "long" ? "--" : "-") + name }
    }

    let kind: Kind
    let shouldDisplay, isOptional, isRepeating: Bool
    let sectionTitle, valueName, abstract, discussion, defaultValue: String?
    let allValues: [String]?
    let names: [Name]?
  }

  let command: Command
}
