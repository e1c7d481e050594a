import Foundation
import Harness

/// A reverse proxy that does not support WebSockets; its commands are in `Tests/Peers/proxy.js`.
final class UpgradelessProxy: Sendable {
  enum Mode: String { case strip, swallow, rename }

  static var isInstalled: Bool { Executables.installed("node") != nil }

  let port: Int
  private let program: Program
  private let input: Descriptor

  init(to server: Int, _ mode: Mode) async throws {
    let (ours, theirs) = try Descriptor.socketPair()
    input = ours
    program = try Program(
      "node", [PythonPeer.file("proxy.js").path, String(server), mode.rawValue], descriptors: [0: theirs])
    port = Int(try await program.line { Int($0) != nil }) ?? 0
  }

  /// Closes all its connections.
  func cut() async throws { try await tell("cut") }

  /// Answers all Socket.IO requests with this status and text.
  func refuse(_ status: Int, _ text: String, type: String = "text/plain") async throws {
    try await tell("refuse \(status) \(type) \(text)")
  }

  /// Ends `refuse`.
  func pass() async throws { try await tell("pass") }

  func link(_ room: String) -> String { "http://127.0.0.1:\(port)/room/\(room)" }

  private func tell(_ line: String) async throws {
    input.send(Array("\(line)\n".utf8))
    try await program.line { $0 == line }
  }
}
