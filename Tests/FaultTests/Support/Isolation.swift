import Harness

/// Namespaces of the kernel's.
enum Isolation {
  /// Whether a program may be given an IPC namespace of its own.
  static let isPermitted = (try? Program("unshare", ["--ipc", "true"]))?.waitUntilExit().status == 0
}
