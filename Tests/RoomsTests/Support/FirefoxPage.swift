import Foundation
import Harness
import Synchronization

/// A page in a headless Firefox of its own.
final class FirefoxPage: Sendable {
  static var isInstalled: Bool { Executables.installed("firefox-esr") != nil }

  private let program: Program
  private let input: Descriptor
  private let folder: TemporaryDirectory
  private let count = Mutex(0)

  init() async throws {
    folder = try TemporaryDirectory()
    let (ours, theirs) = try Descriptor.socketPair()
    input = ours
    program = try PythonPeer.start("firefox_page", [folder.url.path], in: nil, input: theirs)
    try await program.line(within: .seconds(60)) { $0.contains("ready") }
  }

  func navigate(to url: String) async throws { _ = try await ask(["navigate": .string(url)]) }

  /// The value of a JavaScript expression.
  func evaluate(_ expression: String) async throws -> JSON { try await ask(["evaluate": .string(expression)]) }

  /// Waits until `condition` is true; one that throws is not true yet.
  func until(_ condition: String) async throws {
    try await eventually("\(condition) in Firefox") { (try? await evaluate(condition)) == true }
  }

  func close() { program.kill() }

  private func ask(_ task: [String: JSON]) async throws -> JSON {
    let id = count.withLock { count in
      count += 1
      return count
    }
    input.send(JSON.object(task.merging(["id": JSON(integerLiteral: id)]) { $1 }).bytes + [0x0A])
    let line = try await program.line(within: .seconds(30)) { (try? JSON(parsing: $0))?["id"].int == id }
    let answer = try JSON(parsing: line)
    if let error = answer["error"].string { throw HarnessError("Firefox: \(error)") }
    return answer["value"]
  }
}
