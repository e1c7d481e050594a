import Foundation

/// A tinyproxy for one test on a loopback port: an HTTP proxy with CONNECT.
package final class HTTPProxy: Sendable {
  package let port: UInt16
  private let folder: TemporaryDirectory
  private let program: Program

  /// Starts it and waits until it accepts connections.
  /// - Parameters:
  ///   - user: the required credentials; nil for none.
  ///   - ports: the ports allowed in CONNECT; nil for all.
  /// - Throws: `HarnessError` when tinyproxy is not installed or does not start.
  package init(user: (name: String, password: String)? = nil, ports: [Int]? = nil) async throws {
    port = try FreePort.find()
    folder = try TemporaryDirectory()
    let file = folder.file("tinyproxy.conf")
    var lines = [
      "Port \(port)", "Listen 127.0.0.1", "Allow 127.0.0.1", "Timeout 60", "LogLevel Connect", "MaxClients 20",
    ]
    if let user { lines.append("BasicAuth \(user.name) \(user.password)") }
    lines += (ports ?? []).map { "ConnectPort \($0)" }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
    program = try Program("tinyproxy", ["-d", "-c", file.path])
    try await eventually("tinyproxy on port \(port), which said: \(program.output)\(program.errorOutput)") {
      FreePort.isTaken(port)
    }
  }

  /// The number of CONNECT requests so far.
  package var connects: Int { program.output.components(separatedBy: ": CONNECT ").count - 1 }

  package func stop() async throws { try await program.stop() }
}
