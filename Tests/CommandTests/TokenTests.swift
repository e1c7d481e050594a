import Foundation
import Harness
import Testing

/// `oriel token`, and a server that accepts its tokens.
@Suite(.timeLimit(.minutes(1))) struct TokenTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    for (name, letter) in [("team", "t"), ("other", "o")] {
      try Data((String(repeating: letter, count: 32) + "\n").utf8).write(to: folder.file(name))
    }
    try Data("short\n".utf8).write(to: folder.file("short"))
  }

  private func key(_ name: String) -> String { "\(name)=@\(folder.file(name).path)" }

  private func token(_ name: String, room: String = "room") async throws -> String {
    let made = try await Oriel.run(
      ["token", "--room", room, "--role", "viewer", "--for", "1h", "--key", key(name)])
    #expect(made.status == 0 && made.errors == "", "\(made.errors)")
    return made.output.trimmingCharacters(in: .newlines)
  }

  @Test func `a token admits to its room, until its key is removed from the server's files`() async throws {
    let server = try Program(
      try Executables.product("oriel"),
      ["serve", "--listen", "127.0.0.1:0", "--json", "--grant-key", key("team"), "--grant-key", key("other")])
    let ready = try JSON(parsing: try await server.line { $0.contains(#""ready""#) })
    let port = try #require(ready["url"].string.flatMap { URL(string: $0)?.port })
    func isLetIn(_ token: String) async throws -> Bool {
      try await PythonPeer.run("join", ["http://127.0.0.1:\(port)", token], in: "socketio-5").hasPrefix("joined")
    }
    let (team, other) = (try await token("team"), try await token("other"))
    #expect(try await isLetIn(team))
    #expect(try await isLetIn(token("team", room: "another")) == false)
    #expect(try await isLetIn("tango") == false)
    // A missing file, or one without the key, withdraws only that key.
    let file = folder.file("team")
    let whole = try Data(contentsOf: file)
    for content in [nil, Data(), Data("short\n".utf8), Data((String(repeating: "n", count: 32) + "\n").utf8)] {
      if let content { try content.write(to: file) } else { try FileManager.default.removeItem(at: file) }
      server.signal(SIGHUP)
      try await eventually("that the key is taken out") { try await !isLetIn(team) }
      #expect(try await isLetIn(other))
      try whole.write(to: file)
      server.signal(SIGHUP)
      try await eventually("that the key is back") { try await isLetIn(team) }
    }
    #expect(server.output.contains("the key team is withdrawn, and members who joined with it are removed"))
    #expect(try await server.stop().status == 0)
  }

  @Test(arguments: [
    (["--room", "no room"], Int32(64), "is not a room name"), (["--role", "king"], 64, "viewer"),
    (["--for", "00:10"], 64, "write it as 10s"), (["--key", "team"], 64, "write the key's name and its file"),
    (["--key", "team=secret"], 64, "write the key's name and its file"),
    (["--key", "team=@/nowhere/key"], 66, "cannot read the file /nowhere/key of --key"),
    (["--key", "SHORT"], 64, "has 5 bytes, but 32 to 1024 are needed"),
  ])
  func `wrong options of token are errors of one sentence`(_ other: [String], status: Int32, words: String) async throws
  {
    var options = ["--room": "r", "--role": "viewer", "--for": "1h", "--key": key("team")]
    options[other[0]] = other[1] == "SHORT" ? key("short") : other[1]
    let run = try await Oriel.run(["token"] + options.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
    #expect(run.status == status && run.output == "")
    #expect(run.errors.contains(words), "\(run.errors)")
  }
}
