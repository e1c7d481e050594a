import Foundation
import Glibc
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// The stored identity of `oriel share`, which links vouch for.
  @Suite(.timeLimit(.minutes(2))) struct ShareIdentityTests {
    private struct State {
      let folder: TemporaryDirectory
      var environment: [String: String] { ["XDG_STATE_HOME": folder.file("state").path] }
      var oriel: URL { folder.file("state").appending(path: "oriel") }

      init() throws { folder = try TemporaryDirectory() }

      /// The only file.
      func file() throws -> URL {
        let names = try FileManager.default.contentsOfDirectory(atPath: oriel.path)
        guard names.count == 1 else { throw HarnessError("\(names)") }
        return oriel.appending(path: names[0])
      }

      func mode(_ url: URL) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions]) as? Int
      }
    }

    private static func fingerprint(_ share: RunningShare) -> Substring? {
      share.url.firstMatch(of: /#fp=([A-Za-z0-9_-]{43})$/)?.1
    }

    private static func warnings(_ share: RunningShare) -> [String] {
      Events.parse(share.program.output).filter { $0["event"] == "warning" && $0["code"] == "identity" }
        .compactMap { $0["message"].string }
    }

    private let options = ["--listen", "127.0.0.1:0"]

    @Test func `the link to a named room stays valid after a kill, and its key has mode 0600`() async throws {
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let state = try State()
      var share = try await RunningShare(desktop, options + ["--room", "bay"], environment: state.environment)
      let first = try #require(Self.fingerprint(share))
      let file = try state.file()
      #expect(state.mode(file) == 0o600 && state.mode(state.oriel) == 0o700 && file.lastPathComponent.contains("bay"))
      let content = try Data(contentsOf: file)
      share.program.kill()
      _ = try await share.program.exit(within: .seconds(10))

      share = try await RunningShare(desktop, options + ["--room", "bay"], environment: state.environment)
      #expect(Self.fingerprint(share) == first && Self.warnings(share) == [])
      #expect(try Data(contentsOf: file) == content)

      // Other rooms and servers have other identities; a room with a random name stores none.
      let other = try await RunningShare(desktop, options + ["--room", "cove"], environment: state.environment)
      #expect(try #require(Self.fingerprint(other)) != first)
      let random = try await RunningShare(desktop, options, environment: state.environment)
      #expect(try #require(Self.fingerprint(random)) != first)
      #expect(try FileManager.default.contentsOfDirectory(atPath: state.oriel.path).count == 2)
      for share in [share, other, random] { try await share.stop() }
    }

    enum Damage: CaseIterable { case readable, garbled, empty, folder, link, expiring, other }

    @Test(arguments: Damage.allCases)
    func `an unusable file gives one warning, and is replaced`(damage: Damage) async throws {
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let state = try State()
      var share = try await RunningShare(desktop, options + ["--room", "bay"], environment: state.environment)
      let first = try #require(Self.fingerprint(share))
      let file = try state.file()
      try await share.stop()
      let words = try await apply(file, damage, state.folder)

      share = try await RunningShare(desktop, options + ["--room", "bay"], environment: state.environment)
      let second = try #require(Self.fingerprint(share))
      #expect(second != first)
      let warnings = Self.warnings(share)
      // A folder cannot be replaced by a file.
      #expect(warnings.count == (damage == .folder ? 2 : 1) && warnings[0].contains(words), "\(warnings)")
      try await share.stop()
      guard damage != .folder else { return }
      #expect(state.mode(file) == 0o600)
      share = try await RunningShare(desktop, options + ["--room", "bay"], environment: state.environment)
      #expect(Self.fingerprint(share) == second && Self.warnings(share) == [])
      try await share.stop()
    }

    /// - Returns: the expected part of the warning.
    private func apply(_ file: URL, _ damage: Damage, _ folder: TemporaryDirectory) async throws -> String {
      switch damage {
      case .readable:
        #expect(chmod(file.path, 0o640) == 0)
        return "can be read by others; a new one is made"
      case .garbled:
        let content = try String(contentsOf: file, encoding: .utf8)
        let handle = try FileHandle(forWritingTo: file)
        try handle.write(contentsOf: Data(content.replacing("MI", with: "mi").utf8))
        return "has invalid content"
      case .empty:
        #expect(truncate(file.path, 0) == 0)
        return "has invalid content"
      case .folder:
        try FileManager.default.removeItem(at: file)
        try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
        return "is not a regular file"
      case .link:
        let target = folder.file("target")
        try FileManager.default.moveItem(at: file, to: target)
        #expect(symlink(target.path, file.path) == 0)
        return "is a link"
      case .expiring:
        let (key, certificate) = (folder.file("k.der").path, folder.file("c.der").path)
        try await Program.run(
          "sh",
          [
            "-ec",
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=x -days 29 -outform DER \
              -keyout "$0.pem" -out "$1" 2>/dev/null
            openssl pkey -in "$0.pem" -outform DER -out "$0"
            """, key, certificate,
          ])
        var content = try #require(
          JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        content["key"] = try Data(contentsOf: URL(filePath: key)).base64EncodedString()
        content["certificate"] = try Data(contentsOf: URL(filePath: certificate)).base64EncodedString()
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: JSONSerialization.data(withJSONObject: content))
        return "expires within 30 days"
      case .other:
        let content = try String(contentsOf: file, encoding: .utf8)
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(content.replacing(#""bay""#, with: #""sea""#).utf8))
        return "has invalid content"
      }
    }

    @Test func `a share starts with a warning if its identity cannot be stored`() async throws {
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let folder = try TemporaryDirectory()
      try Data().write(to: folder.file("state"))
      let share = try await RunningShare(
        desktop, options + ["--room", "bay"], environment: ["XDG_STATE_HOME": folder.file("state").path])
      #expect(Self.fingerprint(share) != nil)
      let warnings = Self.warnings(share)
      #expect(
        warnings.count == 1 && warnings[0].contains("not a directory; the link vouches for this share only"),
        "\(warnings)")
      try await share.stop()
    }

    /// A room server whose rooms hold one member, and the options of a share in one of them.
    private static func serveOne() async throws -> (server: Program, options: [String]) {
      let server = try Program(
        Executables.product("oriel"), ["serve", "--listen", "127.0.0.1:0", "--capacity", "1", "--json"])
      let line = try await server.line(within: .seconds(15)) { Events.name(ofLine: $0) == "ready" }
      return (server, ["--server", try #require(try JSON(parsing: line)["url"].string), "--room", "bay"])
    }

    @Test func `a second share in the room on the same machine does not replace the first one`() async throws {
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let state = try State()
      let (server, options) = try await Self.serveOne()
      let first = try await RunningShare(desktop, options, environment: state.environment)
      let second = try await Command.run(
        ["share", "--display", desktop.display] + options, environment: state.environment)
      #expect(second.status == 77, "\(second.errors)")
      _ = try await first.statistics(viewers: 0, after: first.time)
      try await first.stop()
      try await server.stop()
    }

    @Test func `a share that was killed gets its place in a full room, and its link, back`() async throws {
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let state = try State()
      let (server, options) = try await Self.serveOne()
      let first = try await RunningShare(desktop, options, environment: state.environment)
      first.program.kill()
      _ = try await first.program.exit(within: .seconds(10))
      let second = try await RunningShare(desktop, options, environment: state.environment)
      #expect(second.url == first.url)
      try await second.stop()
      try await server.stop()
    }
  }
}
