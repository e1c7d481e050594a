import Harness
import RoomProtocol
import Rooms

/// A python-socketio server for one test.
final class PythonServer {
  let port: UInt16
  private let version: String
  private let transports: String
  private(set) var program: Program

  /// - Parameters:
  ///   - version: the environment's name, such as `socketio-5`.
  ///   - transports: `polling`, `websocket` or `both`.
  init(_ version: String, transports: String = "both") async throws {
    self.version = version
    self.transports = transports
    port = try FreePort.find()
    program = try await Self.start(version, port, transports)
  }

  private static func start(_ version: String, _ port: UInt16, _ transports: String) async throws -> Program {
    let program = try PythonPeer.start("server", ["\(port)", transports], in: version)
    try await program.line(within: .seconds(30)) { $0 == "listening \(port)" }
    return program
  }

  /// Kills the server, with all its connections.
  func kill() { program.kill() }

  /// Starts it again on the same port.
  func restart() async throws { program = try await Self.start(version, port, transports) }

  var url: String { "http://127.0.0.1:\(port)" }

  /// A configuration for a client of this server.
  func configuration(
    _ transport: SocketIOClientConfiguration.Transport = .webSocketFirst
  ) -> SocketIOClientConfiguration {
    var configuration = SocketIOClientConfiguration(url: url)
    configuration.transport = transport
    configuration.connectTimeout = .seconds(10)
    configuration.reconnection?.first = .milliseconds(100)
    configuration.reconnection?.longest = .milliseconds(500)
    return configuration
  }
}
