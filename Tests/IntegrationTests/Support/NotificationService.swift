import Foundation
import Harness

/// A desktop's notification service on a session bus of its own, by `Tests/Peers/notifications.py`.
struct NotificationService {
  private let program: Program
  /// What programs need in their environment to find it.
  let environment: [String: String]

  init() async throws {
    let script = PythonPeer.file("notifications.py").path
    program = try Program(
      "dbus-run-session", ["--", "/usr/bin/python3", "-u", script], environment: ["PYTHONDONTWRITEBYTECODE": "1"])
    let line = try await program.line(within: .seconds(20)) { $0.contains("\"bus\"") }
    environment = ["DBUS_SESSION_BUS_ADDRESS": try JSON(parsing: line)["bus"].string ?? ""]
  }

  /// The first notice, once there is one.
  func notice() async throws -> JSON {
    try JSON(parsing: try await program.line(within: .seconds(20)) { $0.contains("\"summary\"") })
  }
}
