import Foundation
import Glibc
import Harness
import Testing

/// `oriel` in a shell on a pseudoterminal of script(1).
final class TerminalSession: Sendable {
  /// script(1): its output is the terminal's output.
  let program: Program
  let file: URL
  private let folder: TemporaryDirectory
  private let keyboard: FileHandle

  /// Starts `oriel record`.
  /// - Parameters:
  ///   - background: whether the shell starts it by `&`, with job control.
  ///   - columns: the terminal's width.
  convenience init(
    on display: String, _ options: [String] = [], background: Bool = false, columns: Int = 80,
    environment: [String: String] = [:]
  ) throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("recording.webm")
    try self.init(
      ["record", file.path, "--display", display] + options, folder, file: file, background: background,
      columns: columns, environment: environment)
  }

  /// Starts `oriel share`.
  convenience init(
    sharing display: String, _ options: [String], columns: Int = 80, environment: [String: String] = [:]
  ) throws {
    let folder = try TemporaryDirectory()
    try self.init(
      ["share", "--display", display] + options, folder, file: folder.file("none"), background: false,
      columns: columns, environment: environment)
  }

  private init(
    _ arguments: [String], _ folder: TemporaryDirectory, file: URL, background: Bool, columns: Int,
    environment: [String: String]
  ) throws {
    self.folder = folder
    self.file = file
    let script = folder.file("session.sh")
    // The shell survives Ctrl-C, and lines end with only a line feed, as in a pipe.
    try """
    trap : INT
    stty -onlcr cols \(columns)
    echo "tty $(tty)"
    echo "before $(stty -g)"
    \(background ? "set -m" : "")
    sh -c 'echo "pid $$"; exec "$0" "$@"' "$@" \(background ? "&" : "")
    \(background ? "wait $!" : "")
    status=$?
    echo "after $(stty -g)"
    echo "status $status"

    """.write(to: script, atomically: true, encoding: .utf8)
    let command = ["sh", script.path, try Executables.product("oriel")] + arguments
    let pipe = try Descriptor.pipe()
    program = try Program(
      "script", ["-qefc", command.map { "'\($0)'" }.joined(separator: " "), "/dev/null"],
      environment: environment.merging(["TERM": "xterm-256color"]) { $1 }, descriptors: [STDIN_FILENO: pipe.reading])
    pipe.reading.close()
    keyboard = FileHandle(fileDescriptor: dup(pipe.writing.number), closeOnDealloc: true)
  }

  /// Starts an interactive shell; `$O` is the command and `$F` the file.
  init(shell: String, on display: String) throws {
    folder = try TemporaryDirectory()
    file = folder.file("recording.webm")
    let pipe = try Descriptor.pipe()
    program = try Program(
      "script", ["-qefc", shell, "/dev/null"],
      environment: [
        "DISPLAY": display, "ENV": "", "F": file.path, "O": try Executables.product("oriel"), "PS1": "$ ",
        "TERM": "dumb",
      ], descriptors: [STDIN_FILENO: pipe.reading])
    pipe.reading.close()
    keyboard = FileHandle(fileDescriptor: dup(pipe.writing.number), closeOnDealloc: true)
    try type("stty -onlcr; echo \"tty $(tty)\"\n")
  }

  /// Types keys.
  func type(_ keys: String) throws { try keyboard.write(contentsOf: Data(keys.utf8)) }

  /// The current terminal settings, as `stty -a` prints them, on one line.
  func settings() async throws -> String {
    // A prompt may precede it.
    let terminal = try await program.line { $0.contains("tty /dev/") }.components(separatedBy: "tty ").last ?? ""
    let text = try await Program.run("stty", ["-a", "-F", terminal.trimmingCharacters(in: .whitespaces)])
    return text.replacingOccurrences(of: "\n", with: " ")
  }

  /// Waits for the end, and returns the status of `oriel`.
  func finished() async throws -> Int? {
    Int(try await program.line(within: .seconds(20)) { $0.hasPrefix("status ") }.dropFirst(7))
  }

  /// Expects the terminal settings from before `oriel` ran.
  func expectRestored(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let before = try await program.line { $0.contains("before ") }
    let after = try await program.line { $0.contains("after ") }
    let settings = [before, after].map { $0.split(separator: " ").last }
    #expect(settings[0] == settings[1], sourceLocation: sourceLocation)
    try await program.exit(within: .seconds(20))
  }
}
