import Foundation
import Harness

/// The process of a server that is measured.
struct ServerUnderTest {
  let name: String
  let program: Program
  let port: Int

  /// Oriel's server, with limits too high to matter.
  static func oriel(_ path: String) async throws -> ServerUnderTest {
    let program = try Program(
      path,
      [
        "serve", "--listen", "127.0.0.1:0", "--json", "--capacity", "5000", "--max-connections-per-address", "20000",
        "--message-rate", "1000000", "--delivery-rate", "100000000",
      ])
    let line = try await program.line { $0.contains("\"ready\"") }
    guard let url = try JSON(parsing: line)["url"].string, let port = URL(string: url)?.port else {
      throw HarnessError("no port in \(line)")
    }
    return ServerUnderTest(name: "Oriel", program: program, port: port)
  }

  /// python-socketio on one of the frameworks that it runs on.
  static func python(_ framework: String, port: Int) async throws -> ServerUnderTest {
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let root = here.deletingLastPathComponent().deletingLastPathComponent()
    let program = try Program(
      root.appending(path: ".build-python/python-server/bin/python").path,
      [here.appending(path: "python_server.py").path, framework, String(port)])
    try await program.line { $0 == "ready" }
    return ServerUnderTest(name: "python-socketio, \(framework)", program: program, port: port)
  }

  var cpuSeconds: Double { program.resourceUse.cpuSeconds }

  /// The resident set now, in bytes.
  var residentBytes: Int {
    let status = (try? String(contentsOfFile: "/proc/\(program.pid)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return (Int(line.filter(\.isNumber)) ?? 0) * 1024
  }
}
