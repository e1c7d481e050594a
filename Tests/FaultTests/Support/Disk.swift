import Foundation
import Glibc
import Harness

/// A small tmpfs, mounted in the mount namespace of a child process: it is gone with that process, however the tests end.
final class Disk: Sendable {
  static let reason = "mounting a small tmpfs needs root"

  /// Whether one may be mounted here.
  static let isPermitted: Bool = {
    guard geteuid() == 0 else { return false }
    let mount = try? Program("unshare", ["--mount", "mount", "-t", "tmpfs", "-o", "size=1m", "oriel-test", "/mnt"])
    return mount?.waitUntilExit().status == 0
  }()

  /// The disk, as programs outside the namespace see it.
  let folder: URL
  private let holder: Program
  private let mountPoint: TemporaryDirectory

  init(kilobytes: Int) async throws {
    mountPoint = try TemporaryDirectory()
    let path = mountPoint.url.path
    let mount = "mount -t tmpfs -o size=\(kilobytes)k,mode=0700 oriel-test \"$0\" && echo mounted && exec sleep 300"
    holder = try Program("unshare", ["--mount", "sh", "-c", mount, path])
    try await holder.line { $0 == "mounted" }
    folder = URL(filePath: "/proc/\(holder.pid)/root\(path)")
  }

  /// Free bytes.
  var free: Int {
    var status = statvfs()
    guard statvfs(folder.path, &status) == 0 else { return 0 }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }

  /// Writes to another file until only `bytes` are free.
  func fill(leaving bytes: Int) throws {
    let file = open(folder.appending(path: "other").path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw HarnessError("cannot fill \(folder.path)") }
    defer { close(file) }
    let block = [UInt8](repeating: 7, count: 1 << 20)
    while true {
      let count = min(block.count, free - bytes)
      if count <= 0 || write(file, block, count) < count { return }
    }
  }
}
