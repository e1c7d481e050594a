import Foundation

/// A desktop notification, shown if the session bus has a notification service.
///
/// It is sent by `notify-send` or `gdbus`, which come with the desktop, without waiting for them.
enum DesktopNotice {
  /// - Parameter text: plain text. Markup is escaped, as services interpret it and a window's title may contain it.
  static func show(_ title: String, _ text: String) {
    let text = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    let environment = ProcessInfo.processInfo.environment
    guard environment["DBUS_SESSION_BUS_ADDRESS"] != nil else { return }
    let commands = [
      ["notify-send", "--app-name=Oriel", "--icon=video-display", "--", title, text],
      [
        "gdbus", "call", "--session", "--timeout=5", "--dest=org.freedesktop.Notifications",
        "--object-path=/org/freedesktop/Notifications", "--method=org.freedesktop.Notifications.Notify", "Oriel",
        "uint32 0", "video-display", variant(title), variant(text), "@as []", "@a{sv} {}", "int32 -1",
      ],
    ]
    let folders = environment["PATH", default: "/usr/bin:/bin"].split(separator: ":")
    for command in commands {
      let places = folders.map { "\($0)/\(command[0])" }
      guard let program = places.first(where: { access($0, X_OK) == 0 }) else { continue }
      let process = Process()
      process.executableURL = URL(filePath: program)
      process.arguments = Array(command.dropFirst())
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try? process.run()
      return
    }
  }

  /// A string in GVariant's text format, the format of `gdbus`'s arguments.
  private static func variant(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "'", with: "\\'") + "'"
  }
}
