import Foundation
import Glibc
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// Which files are created or replaced, and which are left alone.
  @Suite(.timeLimit(.minutes(1))) struct FileTests {
    private let folder: TemporaryDirectory
    private let server: XServer

    init() async throws {
      folder = try TemporaryDirectory()
      server = try await XServer(width: 320, height: 240)
    }

    @Test func `a new file has mode 0600`() async throws {
      let file = folder.file("a.webm")
      #expect(try await record(file.path).status == 0)
      var status = stat()
      #expect(lstat(file.path, &status) == 0)
      #expect(status.st_mode & 0o7777 == 0o600)
      #expect(try WebMFile(file).isSeekable)
    }

    @Test func `an existing file is not touched without --force, and replaced with it`() async throws {
      let file = folder.file("a.webm")
      try String(repeating: "precious ", count: 100_000).write(to: file, atomically: true, encoding: .utf8)
      let before = try Data(contentsOf: file)
      let refused = try await record(file.path)
      expectRefused(refused, naming: "a.webm")
      #expect(refused.errors.contains("--force"))
      #expect(try Data(contentsOf: file) == before)
      #expect(try await record(file.path, ["--force"]).status == 0)
      #expect(try WebMFile(file).isSeekable)
      #expect(try Data(contentsOf: file).count < before.count)
    }

    @Test func `with --force a link and an open file are replaced by files of mode 0600`() async throws {
      let target = folder.file("target")
      try "precious".write(to: target, atomically: true, encoding: .utf8)
      func expectReplaced(_ file: URL) throws {
        var status = stat()
        #expect(lstat(file.path, &status) == 0)
        #expect(status.st_mode == S_IFREG | 0o600, "\(file)")
        #expect(status.st_size > 100)
        #expect(try String(contentsOf: target, encoding: .utf8) == "precious")
      }
      let files = ["a.webm", "ledger", "a.png"].map { folder.file($0) }
      for file in files {
        try FileManager.default.createSymbolicLink(at: file, withDestinationURL: target)
      }
      #expect(try await record(files[0].path, ["--force", "--ledger", files[1].path]).status == 0)
      let snapshot = ["snapshot", files[2].path, "--display", server.display, "--force"]
      #expect(try await Command.run(snapshot).status == 0)
      for file in files { try expectReplaced(file) }
      for file in files { try #require(chmod(file.path, 0o666) == 0) }
      #expect(try await record(files[0].path, ["--force", "--ledger", files[1].path]).status == 0)
      #expect(try await Command.run(snapshot).status == 0)
      for file in files { try expectReplaced(file) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 4)
    }

    @Test func `a link is not followed, wherever it leads`() async throws {
      let target = folder.file("target")
      let link = folder.file("link.webm")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
      expectRefused(try await record(link.path), naming: "link.webm")
      #expect(!FileManager.default.fileExists(atPath: target.path))
      try "precious".write(to: target, atomically: true, encoding: .utf8)
      expectRefused(try await record(link.path), naming: "link.webm")
      #expect(try String(contentsOf: target, encoding: .utf8) == "precious")
    }

    @Test func `a file that cannot be created gives status 73`() async throws {
      expectRefused(try await record(folder.file("missing/a.webm").path), naming: "missing/a.webm")
      expectRefused(try await record(folder.url.path), naming: folder.url.lastPathComponent)
      expectRefused(try await record(folder.url.path, ["--force"]), naming: folder.url.lastPathComponent)
      expectRefused(try await record("/proc/a.webm"), naming: "/proc/a.webm")
      let long = String(repeating: "x", count: 300)
      expectRefused(try await record(folder.file(long).path), naming: "xxx")
    }

    @Test(.enabled("root can write anywhere") { geteuid() != 0 })
    func `a folder without permission gives status 73`() async throws {
      let closed = folder.file("closed")
      try FileManager.default.createDirectory(
        at: closed, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o500])
      expectRefused(try await record(closed.appending(path: "a.webm").path), naming: "closed/a.webm")
    }

    private func record(_ path: String, _ options: [String] = []) async throws -> Command {
      try await Command.run(["record", path, "--display", server.display, "--duration", "0.3"] + options)
    }

    private func expectRefused(
      _ run: Command, naming name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(run.status == 73, sourceLocation: sourceLocation)
      #expect(run.output == "", sourceLocation: sourceLocation)
      #expect(run.errors.hasPrefix("oriel: "), sourceLocation: sourceLocation)
      #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)", sourceLocation: sourceLocation)
      #expect(run.errors.contains(name), "\(run.errors)", sourceLocation: sourceLocation)
    }
  }
}
