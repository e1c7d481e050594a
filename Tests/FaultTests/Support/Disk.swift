import Foundation
import Glibc
import Harness

/// A small disk of one's own, in memory.
enum Disk {
  static let reason = "mounting a small tmpfs needs root"

  /// Whether one may be mounted here.
  static let isPermitted: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    let trial = "d=$(mktemp -d) && mount -t tmpfs -o size=1m oriel-test $d 2>/dev/null && umount $d"
    process.arguments = ["-c", "\(trial); s=$?; rmdir $d; exit $s"]
    guard geteuid() == 0, (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  /// Runs `body` with a disk of `kilobytes` mounted at the folder it is given.
  static func with(kilobytes: Int, _ body: (URL) async throws -> Void) async throws {
    let folder = try TemporaryDirectory()
    let options = "size=\(kilobytes)k,mode=0700"
    try await Program.run("mount", ["-t", "tmpfs", "-o", options, "oriel-test", folder.url.path])
    do { try await body(folder.url) } catch {
      try await Program.run("umount", ["-l", folder.url.path])
      throw error
    }
    try await Program.run("umount", ["-l", folder.url.path])
  }

  /// Bytes that are free.
  static func free(_ folder: URL) -> Int {
    var status = statvfs()
    guard statvfs(folder.path, &status) == 0 else { return 0 }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }

  /// Another program's file, which leaves so many bytes.
  static func fill(_ folder: URL, leaving bytes: Int) throws {
    let file = open(folder.appending(path: "other").path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw HarnessError("cannot fill \(folder.path)") }
    defer { close(file) }
    let block = [UInt8](repeating: 7, count: 1 << 20)
    while true {
      let count = min(block.count, free(folder) - bytes)
      if count <= 0 || write(file, block, count) < count { return }
    }
  }
}
