import Foundation

/// Namespaces of the kernel's.
enum Isolation {
  /// Whether a program may be given an IPC namespace of its own.
  static let isPermitted: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/unshare")
    process.arguments = ["--ipc", "true"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()
}
