import Foundation
import Harness

/// A desktop's notification service on a session bus of its own, by `Tests/Peers/notifications.py`.
struct NotificationService {
  private let program: Program
  /// The environment by which programs find it.
  let environment: [String: String]

  init() async throws {
    let script = PythonPeer.file("notifications.py").path
    program = try Program(
      "dbus-run-session", ["--", "/usr/bin/python3", "-u", script], environment: ["PYTHONDONTWRITEBYTECODE": "1"])
    let line = try await program.line(within: .seconds(20)) { $0.contains("\"bus\"") }
    environment = ["DBUS_SESSION_BUS_ADDRESS": try JSON(parsing: line)["bus"].string ?? ""]
  }

  /// Waits for the first notification.
  func notice() async throws -> JSON {
    try JSON(parsing: try await program.line(within: .seconds(20)) { $0.contains("\"summary\"") })
  }
}
