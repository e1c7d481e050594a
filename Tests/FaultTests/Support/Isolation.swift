import Harness

/// Kernel namespaces.
enum Isolation {
  /// Whether a program can be run in its own IPC namespace.
  static let isPermitted = (try? Program("unshare", ["--ipc", "true"]))?.waitUntilExit().status == 0
}
