import ArgumentParser
import Foundation
import Oriel

/// `oriel token`: leave for somebody to be in one room for a while.
struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Make a token that lets its bearer into one room for a while.",
    usage: "oriel token --room <name> --role <role> --for <time> --key <id=@file>",
    discussion: """
      The room server has the same key, by --grant-key of oriel serve. The token stands where any other does: in \
      --token of oriel share, and after #token= in a link to the room. It is printed, and kept nowhere.

      Examples:
        openssl rand -hex 32 > team.key
        oriel serve --grant-key team=@team.key
        oriel token --room stand-up --role viewer --for 2h --key team=@team.key
        oriel token --room stand-up --role publisher --for 2h \\
          --key team=@team.key > mine
        oriel share --server https://rooms.example.org --room stand-up \\
          --token @mine
      """)

  enum Role: String, CaseIterable, ExpressibleByArgument {
    case viewer, publisher
    var role: RoomRole { self == .viewer ? .viewer : .publisher }
  }

  @Option(help: ArgumentHelp("The room.", valueName: "name"), transform: Self.parseRoom)
  var room: RoomName

  @Option(help: "Whether its bearer may watch alone, or share a screen, too.")
  var role: Role

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("How long it lets in, as in 2h; who is in then is taken out.", valueName: "time"),
    transform: Duration.parse)
  var duration: MediaTime

  @Option(
    name: .customLong("in"),
    help: ArgumentHelp("How long it does not let in yet. (default: at once)", valueName: "time"),
    transform: Duration.parse)
  var delay: MediaTime?

  @Option(help: ArgumentHelp("What its bearer is called there. (default: what they say themselves)", valueName: "name"))
  var name: String?

  @Option(
    help: ArgumentHelp("The key: its name, and the file in whose first line it stands.", valueName: "id=@file"),
    transform: GrantKeyOption.parse)
  var key: GrantKeyOption

  func validate() throws {
    guard name.map({ 1...128 ~= $0.utf8.count }) ?? true else {
      throw ValidationError("--name has 1 to 128 bytes")
    }
  }

  func run() throws {
    let now = Date().timeIntervalSince1970
    let begin = delay.map { now + $0.seconds }
    let grant = RoomGrant(
      room: room, role: role.role, expires: Int(((begin ?? now) + duration.seconds).rounded(.up)),
      notBefore: begin.map { Int($0) }, name: name)
    try StandardOutput.print(GrantKeys.token(for: grant, name: key.name, key: try key.read(option: "--key")))
  }

  @Sendable private static func parseRoom(_ text: String) throws -> RoomName {
    guard let room = RoomName(text) else {
      throw ValidationError("\(quoted(text)) is no room's name; give 1 to 64 letters, digits, - and _")
    }
    return room
  }
}
