/// The argument parser's description of a command: the part of its JSON that the manual page needs.
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

      /// The name as it is typed.
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
