import ArgumentParser
import Foundation
import Oriel

/// `oriel token`: makes a signed grant that admits its bearer to one room for a limited time.
struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Make a token that admits its bearer to one room for a limited time.",
    usage: "oriel token --room <name> --role <role> --for <time> --key <id=@file>",
    discussion: """
      The room server needs the same key, by --grant-key of oriel serve. The token is used like any other: in --token \
      of oriel share, or after #token= in a link to the room. It is printed and not stored.

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

  @Option(help: "Whether the bearer may only watch, or also share a screen.")
  var role: Role

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("How long it is valid, as in 2h; then its bearer is removed from the room.", valueName: "time"),
    transform: Duration.parse)
  var duration: MediaTime

  @Option(
    name: .customLong("in"),
    help: ArgumentHelp("How long until it becomes valid, as in 30m. (default: at once)", valueName: "time"),
    transform: Duration.parse)
  var delay: MediaTime?

  @Option(help: ArgumentHelp("The bearer's name in the room. (default: the one they choose)", valueName: "name"))
  var name: String?

  @Option(
    help: ArgumentHelp("The key: its name, and the file with the key in its first line.", valueName: "id=@file"),
    transform: GrantKeyOption.parse)
  var key: GrantKeyOption

  func validate() throws {
    guard name.map({ 1...128 ~= $0.utf8.count }) ?? true else {
      throw ValidationError("--name takes 1 to 128 bytes")
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
      throw ValidationError("\(quoted(text)) is not a room name; use 1 to 64 of A-Z, a-z, 0-9, _ and -")
    }
    return room
  }
}
