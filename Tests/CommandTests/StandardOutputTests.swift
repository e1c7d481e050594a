import Foundation
import Glibc
import Harness
import Testing

/// What is written to standard output and standard error, and what happens when that fails.
@Suite(.timeLimit(.minutes(1))) struct StandardOutputTests {
  private func run(_ script: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Program {
    let command = ["-c", script, "sh", try Executables.product("oriel")] + arguments
    return try Program("sh", command, environment: environment)
  }

  @Test(arguments: [["--help"], ["--version"], ["record", "--help"], ["presets"], ["presets", "--json"], ["manual"]])
  func `a failed write to standard output is status 74 for every command`(_ arguments: [String]) async throws {
    for (script, why) in [("\"$@\" >/dev/full", "no space left on device"), ("\"$@\" >&-", "bad file descriptor")] {
      let program = try run(script, arguments)
      #expect(try await program.exit(within: .seconds(20)).status == 74)
      #expect(program.errorOutput.hasPrefix("oriel: writing to standard output failed: \(why)"))
    }
  }

  @Test func `a non-blocking pipe gets all of a long help`() async throws {
    let pipe = try Descriptor.pipe()
    // `F_SETPIPE_SZ`, which Swift does not import. Source: fcntl(2).
    _ = fcntl(pipe.writing.number, 1031, 4096)
    _ = fcntl(pipe.writing.number, F_SETFL, O_NONBLOCK)
    let expected = try await Oriel.run(["share", "--help"]).output
    let program = try Program(
      "sh", ["-c", "exec \"$@\" >&3 3>&-", "sh", Executables.product("oriel"), "share", "--help"],
      descriptors: [3: pipe.writing])
    pipe.writing.close()
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 512)
    while true {
      let count = buffer.withUnsafeMutableBytes { pipe.reading.read(into: $0) }
      if count == 0 { break }
      text += buffer[..<count]
    }
    #expect(try await program.exit().status == 0)
    #expect(expected.utf8.count > 4096)
    #expect(String(decoding: text, as: UTF8.self) == expected)
  }

  @Test(arguments: [
    ["record", "--bogus"], ["record", "--quiet"], ["share", "--fps", "fast"], ["sources", "x"],
    ["serve", "--listen", ":"],
  ])
  func `with --json wrong usage is an error event on standard output`(_ arguments: [String]) async throws {
    let run = try await Oriel.run(arguments + ["--json"])
    #expect(run.status == 64)
    let event = try JSON(parsing: run.output)
    #expect(event["event"] == "error" && event["code"] == "usage")
    #expect(run.errors == "oriel: \(event["message"].string ?? "")\n")
  }

  @Test(arguments: ["-", "/dev/stdout", "/dev/fd/1"])
  func `with --json and the recording on standard output, errors are events on standard error alone`(
    _ file: String
  ) async throws {
    for arguments in [["--bogus"], ["--display", ":65000"]] {
      let run = try await Oriel.run(["record", file, "--json"] + arguments)
      #expect(run.output == "")
      let events = try run.errors.split(separator: "\n").map { try JSON(parsing: String($0)) }
      #expect(events.last?["event"] == "error")
    }
  }

  @Test(arguments: [
    (["record", "talk.mp4"], "'talk.webm', then: ffmpeg -i 'talk.webm' 'talk.mp4'"),
    (["record", "/a/b.c/Talk.MOV"], "'/a/b.c/Talk.webm', then: ffmpeg -i '/a/b.c/Talk.webm' '/a/b.c/Talk.MOV'"),
    (["share", "--record", "talk.gif"], "'talk.webm', then: ffmpeg -i 'talk.webm' 'talk.gif'"),
    (["snapshot", "x.jpg"], "'x.png', then: ffmpeg -i 'x.png' 'x.jpg'"),
    (["record", "x.png"], "oriel snapshot takes one"),
    (["snapshot", "x.webm"], "oriel record makes one"),
  ])
  func `a name of another format is an error that says how to get it`(_ arguments: [String], _ way: String) async throws
  {
    let run = try await Oriel.run(arguments + ["--display", ":65000"])
    #expect(run.status == 64)
    #expect(run.errors.split(separator: "\n").first?.hasSuffix(way) ?? false, "\(run.errors)")
  }

  @Test(arguments: ["talk", "talk.mkv", ".mp4", "mp4", "talk.v2"])
  func `other file names are accepted`(_ name: String) async throws {
    #expect(try await Oriel.run(["record", name, "--display", ":65000"]).status == 69)
  }

  @Test(.enabled(if: PreloadedLibrary.compiler != nil, "no C compiler is installed"))
  func `all arguments arrive although a preloaded library has changed the environment`() async throws {
    let library = try await PreloadedLibrary(
      """
      #include <stdlib.h>
      __attribute__((constructor)) static void early(void) { setenv("EARLY", "1", 1); }

      """)
    let run = try await Oriel.run(["presets", "--json"], environment: library.environment)
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("["))
  }

  @Test(.enabled(if: PreloadedLibrary.compiler != nil, "no C compiler is installed"))
  func `the last line is written although the write takes two seconds`() async throws {
    let library = try await PreloadedLibrary(
      """
      #define _GNU_SOURCE
      #include <sys/syscall.h>
      #include <unistd.h>
      ssize_t write(int descriptor, const void *bytes, size_t count) {
        if (descriptor == 1) sleep(2);
        return syscall(SYS_write, descriptor, bytes, count);
      }

      """)
    let run = try await Oriel.run(
      ["record", "--json"], environment: library.environment.merging(["DISPLAY": ":65000"]) { $1 })
    #expect(run.status == 69)
    #expect(try JSON(parsing: run.output)["code"] == "display", "\(run.output)")
  }
}
