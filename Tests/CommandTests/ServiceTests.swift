import Foundation
import Harness
import Testing

/// The room server as a service of systemd.
@Suite(.timeLimit(.minutes(1))) struct ServiceTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test func `systemd takes the units as they are, and finds little that the server may do`() async throws {
    let folder = try TemporaryDirectory()
    let units = ["oriel-rooms.service", "oriel-rooms.socket"]
    for unit in units {
      let text = try String(contentsOf: Self.root.appending(path: "services/\(unit)"), encoding: .utf8)
      let program = try Executables.product("oriel")
      try text.replacing("@PREFIX@/bin/oriel", with: program).replacing(/Documentation=.*/, with: "").write(
        to: folder.file(unit), atomically: true, encoding: .utf8)
    }
    let paths = units.map { folder.file($0).path }
    let verified = try Program("systemd-analyze", ["verify"] + paths)
    #expect(try await verified.exit().status == 0)
    // Of the machine's own units it says what it wants.
    let said = (verified.output + verified.errorOutput).split(separator: "\n").filter { $0.contains("oriel") }
    #expect(said.isEmpty, "\(said)")
    // From 0 to 10; with the network it cannot be 0.
    try await Program.run("systemd-analyze", ["security", "--offline=true", "--threshold=15", paths[0]])
  }

  @Test(arguments: ["127.0.0.1", "::1"])
  func `a socket that a service manager hands over is the one that is served`(_ address: String) async throws {
    let port = try FreePort.find()
    let host = address.contains(":") ? "[\(address)]" : address
    let oriel = try Executables.product("oriel")
    let activator = try Program(
      "systemd-socket-activate", ["--listen=\(host):\(port)", oriel, "serve", "--json"])
    try await eventually("a listening socket") { activator.errorOutput.contains("Listening on") }
    // The first connection starts the server.
    let script = """
      exec 3<>/dev/tcp/\(address)/\(port)
      printf 'GET /healthz HTTP/1.1\\r\\nHost: \(host):\(port)\\r\\nConnection: close\\r\\n\\r\\n' >&3
      cat <&3
      """
    #expect(try await Program.run("bash", ["-c", script]).hasSuffix("\r\nok\n"))
    try await activator.line { $0.contains("http://\(host):\(port)/") }
    #expect(try await activator.stop().status == 0)
  }

  @Test func `what is no listening socket of TCP is refused`() async throws {
    let oriel = try Executables.product("oriel")
    for (script, words) in [
      ("exec 3</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" serve", "what is no TCP socket"),
      ("exec 3</dev/null 4</dev/null; LISTEN_FDS=2 LISTEN_PID=$$ exec \"$0\" serve", "2 sockets"),
    ] {
      let program = try Program("sh", ["-c", script, oriel])
      #expect(try await program.exit().status == 64)
      #expect(program.errorOutput.contains(words), "\(program.errorOutput)")
    }
  }
}
