import Harness

/// Programs with windows of plain colours, run by `Tests/Peers/windows.py`, which lists its commands.
struct ClientWindows {
  private let program: Program
  private let input: Descriptor

  init(on display: String) async throws {
    let (own, other) = try Descriptor.socketPair()
    program = try PythonPeer.start("windows", [display], in: nil, input: other)
    other.close()
    input = own
    try await program.line { $0 == "ready" }
  }

  /// Sends a command, and waits until it is done.
  func ask(_ line: String, within limit: Duration = .seconds(60)) async throws {
    let before = program.output.count
    guard input.send(Array("\(line)\n".utf8)) else { throw HarnessError("windows.py is gone: \(program.errorOutput)") }
    try await eventually("windows.py's answer to “\(line)”, \(program.errorOutput)", within: limit.seconds) {
      program.output.dropFirst(before).contains("done \(line)\n")
    }
  }
}
