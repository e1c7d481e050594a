import Foundation
import Harness
import Testing

/// The room server as a service of systemd.
@Suite(.timeLimit(.minutes(1))) struct ServiceTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test func `systemd-analyze accepts the units, and rates the service's exposure as low`() async throws {
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
    // Messages about the machine's own units are ignored.
    let said = (verified.output + verified.errorOutput).split(separator: "\n").filter { $0.contains("oriel") }
    #expect(said.isEmpty, "\(said)")
    // The exposure level, 0 to 10; with network access it cannot be 0.
    try await Program.run("systemd-analyze", ["security", "--offline=true", "--threshold=15", paths[0]])
  }

  @Test(arguments: ["127.0.0.1", "::1"])
  func `the server uses a socket that a service manager passes`(_ address: String) async throws {
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

  @Test func `a passed descriptor that is not a listening TCP socket, or two of them, is an error`() async throws {
    let oriel = try Executables.product("oriel")
    for (script, words) in [
      ("exec 3</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" serve", "no listening TCP socket"),
      ("exec 3</dev/null 4</dev/null; LISTEN_FDS=2 LISTEN_PID=$$ exec \"$0\" serve", "2 sockets"),
    ] {
      let program = try Program("sh", ["-c", script, oriel])
      #expect(try await program.exit().status == 64)
      #expect(program.errorOutput.contains(words), "\(program.errorOutput)")
    }
  }
}
