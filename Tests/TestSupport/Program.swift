package import Foundation
import Glibc

/// A program started by a test, in its own process group, with an empty standard input and only the descriptors it is given.
/// `deinit` ends it and its group.
package final class Program: Sendable {
  /// Where the program's output goes.
  package enum Output: Sendable {
    /// Kept in memory, for `output`, `errorOutput` and `line(…)`.
    case collected
    /// Left in a pipe for the caller to read as it comes.
    case streamed
    case file(URL)
  }

  package let name: String
  package let pid: pid_t
  /// CLOCK_MONOTONIC just before the start, in seconds.
  package let launched: Double
  /// The reading end of a streamed standard output.
  package let outputStream: Descriptor?
  /// The reading end of a streamed standard error.
  package let errorStream: Descriptor?

  /// Where programs store their state, so that nothing is left in the user's home.
  private static let stateFolder = try? TemporaryDirectory()
  private static let state = stateFolder.map { ["XDG_STATE_HOME": $0.url.path] } ?? [:]

  private let child: Child
  private let standardOutput: Watched<CollectedOutput>
  private let standardError: Watched<CollectedOutput>
  private let cleanup: Cleanup.Token

  /// Starts `executable`, a path or a name to look up in `PATH`.
  /// - Parameters:
  ///   - environment: added to this process's own.
  ///   - descriptors: the program's descriptors, by their number in the program.
  /// - Throws: `HarnessError` if it cannot be started.
  package init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
    directory: URL? = nil, descriptors: [Int32: Descriptor] = [:],
    output: Output = .collected, error: Output = .collected
  ) throws {
    name = URL(filePath: executable).lastPathComponent
    var command = SpawnCommand(executable: executable, arguments: arguments)
    command.environment = ProcessInfo.processInfo.environment.merging(Self.state) { $1 }.merging(environment) { $1 }
    command.directory = directory
    command.descriptors = descriptors.mapValues(\.number)
    let outputs = try [output, error].map(OutputEnds.init)
    command.descriptors[STDOUT_FILENO] = outputs[0].writing.number
    command.descriptors[STDERR_FILENO] = outputs[1].writing.number
    launched = MonotonicClock.seconds
    pid = try command.spawn()
    let child = Child(pid: pid)
    self.child = child
    outputs.forEach { $0.writing.close() }
    standardOutput = Watched(CollectedOutput(hasEnded: !outputs[0].isCollected))
    standardError = Watched(CollectedOutput(hasEnded: !outputs[1].isCollected))
    outputStream = outputs[0].stream
    errorStream = outputs[1].stream
    if outputs[0].isCollected { CollectedOutput.collect(from: outputs[0].reading!, into: standardOutput) }
    if outputs[1].isCollected { CollectedOutput.collect(from: outputs[1].reading!, into: standardError) }
    cleanup = Cleanup.add { child.end() }
    let reaper = Thread { child.reap() }
    reaper.name = "reaper"
    reaper.start()
  }

  deinit {
    Cleanup.remove(cleanup)
    if isRunning { child.end() }
  }

  /// What the program has written to its standard output so far, if that is collected.
  package var output: String { standardOutput.current.text }

  /// How many bytes the program has written to its standard output so far, if that is collected.
  package var outputLength: Int { standardOutput.current.bytes.count }

  /// What the program has written to its standard error so far, if that is collected.
  package var errorOutput: String { standardError.current.text }

  package var isRunning: Bool { child.exit.current == nil }

  /// What the program and its descendants have used so far. Zero once it has ended: see `ProgramExit.cpuSeconds`.
  package var resourceUse: ResourceUse { ResourceUse(ofTree: pid) }

  /// Signals the program alone.
  package func signal(_ signal: Int32) { child.signal(signal, group: false) }

  /// Ends the program and its group by SIGKILL and returns when they are gone.
  package func kill() { child.end() }

  /// Waits for the program to end by itself.
  /// - Throws: `HarnessError` if it still runs after `limit`.
  @discardableResult
  package func exit(within limit: Duration = .seconds(10)) async throws -> ProgramExit {
    let exit = try await child.exit.first("the end of \(name)", within: limit) { $0 }
    for output in [standardOutput, standardError] {
      try await output.first("the end of \(name)'s output", within: .seconds(5)) { $0.hasEnded ? () : nil }
    }
    return exit
  }

  /// Waits for the program to end, blocking the thread; for what must be known before a test can begin.
  package func waitUntilExit() -> ProgramExit {
    while true {
      if let exit = child.exit.current, standardOutput.current.hasEnded, standardError.current.hasEnded { return exit }
      usleep(2000)
    }
  }

  /// Asks the program to end by SIGTERM or another signal; ends it by SIGKILL if it still runs after `limit`.
  @discardableResult
  package func stop(_ signal: Int32 = SIGTERM, within limit: Duration = .seconds(3)) async throws -> ProgramExit {
    self.signal(signal)
    do {
      return try await child.exit.first("the end of \(name)", within: limit) { $0 }
    } catch {
      child.signal(SIGKILL, group: true)
      return try await child.exit.first("the end of \(name)", within: .seconds(10)) { $0 }
    }
  }

  /// Waits for a whole line on standard output that `matches`, and returns it.
  /// - Parameter start: searches only the output after so many bytes, to avoid searching hours of output again.
  /// - Throws: `HarnessError` if the output ends before, or after `limit`.
  @discardableResult
  package func line(
    after start: Int = 0, within limit: Duration = .seconds(10), where matches: @escaping @Sendable (String) -> Bool
  ) async throws -> String {
    let found = try await standardOutput.first("a line of \(name)", within: limit) { output -> String?? in
      let text = String(decoding: output.bytes.dropFirst(start), as: UTF8.self)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      if let line = lines.first(where: { matches(String($0)) }) { return .some(String(line)) }
      return output.hasEnded ? .some(nil) : nil
    }
    guard let found else { throw HarnessError("\(name) ended without the expected line: \(output)\(errorOutput)") }
    return found
  }

  /// Runs a program to its end and returns its standard output.
  /// - Throws: `HarnessError`, with its standard error if it fails, or if it still runs after `limit`.
  @discardableResult
  package static func run(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
    within limit: Duration = .seconds(30)
  ) async throws -> String {
    let program = try Program(executable, arguments, environment: environment)
    let exit = try await program.exit(within: limit)
    guard exit.status == 0 else {
      throw HarnessError("\(program.name) \(arguments.joined(separator: " ")): \(exit.reason)\n\(program.errorOutput)")
    }
    return program.output
  }
}
