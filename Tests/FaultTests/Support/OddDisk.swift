import Foundation
import Glibc
import Harness

/// A FUSE file system, served by a child process, that reports wrong numbers.
final class OddDisk: Sendable {
  static let reason = "mounting a FUSE file system needs root and /dev/fuse"

  /// Whether it can be mounted here.
  static let isPermitted = geteuid() == 0 && access("/dev/fuse", R_OK | W_OK) == 0

  let mountPoint: URL
  /// Where the files really are.
  let folder: URL
  private let place: TemporaryDirectory
  private let peer: Program

  /// - Parameters:
  ///   - free: the number of free 4096-byte blocks that it reports.
  ///   - sizeDelay: seconds until it reports a file's new size.
  init(free: Int, sizeDelay: Double) async throws {
    place = try TemporaryDirectory()
    (folder, mountPoint) = (place.file("folder"), place.file("mount"))
    for url in [folder, mountPoint] {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    }
    peer = try PythonPeer.start(
      "odd_disk", [folder.path, mountPoint.path, "\(free)", "\(sizeDelay)"], in: "fuse")
    let path = mountPoint.path
    try await eventually("the mounted file system") {
      let mounts = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/mounts")).readToEnd() ?? Data()
      return String(decoding: mounts, as: UTF8.self).contains(" \(path) ")
    }
  }

  deinit {
    peer.kill()
    // `MNT_DETACH`, which Swift does not import. Source: umount(2).
    umount2(mountPoint.path, 2)
  }
}
