#if canImport(Glibc)
  import Glibc
#endif

/// A new output file, accessible only to its owner, and never created through a link.
///
/// A file that replaces another is `.NAME.part` next to it until `publish`, so that the old file is never replaced by an empty
/// one. A path that is no regular file, such as a pipe or a device, is opened as it is.
package final class NewFile: Sendable {
  /// Why a file cannot be created.
  package struct Failure: Error, Equatable {
    package let errno: Int32
    /// The path is a named pipe without a reader.
    package var isUnreadPipe = false
  }

  package let path: String
  /// Open for writing. To be closed by the creator of this object.
  package let descriptor: Int32
  /// The file's path until `publish`; nil after that, and for a path that was opened as it is.
  private let unpublishedPath: Monitor<String?>
  /// Distinguishes the file from another one that was created at its path.
  private let identity: (device: dev_t, number: ino_t)

  /// - Parameters:
  ///   - path: where `publish` puts the file.
  ///   - replacing: whether to replace an existing file or link; a link's target stays unchanged. Not needed for pipes and
  ///     devices, which are opened as they are, perhaps non-blocking.
  /// - Throws: `EEXIST` where a file exists that must not be replaced, or the system's error.
  package init(path: String, replacing: Bool) throws(Failure) {
    self.path = path
    if let stream = try OutputStream.open(path, replacing: replacing) {
      unpublishedPath = Monitor(nil)
      identity = (0, 0)
      descriptor = stream
      return
    }
    var status = stat()
    let isReplaced = replacing && path.withPath { lstat($0, &status) } == 0
    if isReplaced, Self.isOpenedAsItIs(path) {
      unpublishedPath = Monitor(nil)
      identity = (0, 0)
      // Non-blocking, as a link may lead to a named pipe without a reader.
      descriptor = path.withPath { open($0, O_WRONLY | O_CLOEXEC | O_TRUNC | O_NOCTTY | O_NONBLOCK) }
      guard descriptor >= 0 else { throw Failure(errno: errno, isUnreadPipe: errno == ENXIO) }
      return
    }
    var created = path
    var descriptor: Int32 = -1
    // Another process may be using the name, or was killed and has left it.
    for attempt in 0..<100 {
      if isReplaced { created = Self.partial(path, attempt) }
      descriptor = created.withPath { open($0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600) }
      guard descriptor < 0, isReplaced, errno == EEXIST else { break }
    }
    guard descriptor >= 0 else { throw Failure(errno: errno) }
    _ = fstat(descriptor, &status)
    self.descriptor = descriptor
    unpublishedPath = Monitor(created)
    identity = (status.st_dev, status.st_ino)
  }

  /// Renames the file to `path`. A second call does nothing.
  package func publish() throws(Failure) {
    let failed: Int32? = unpublishedPath.withLock { unpublishedPath in
      guard let created = unpublishedPath else { return nil }
      if created != path, created.withPath({ created in path.withPath { rename(created, $0) } }) != 0 { return errno }
      unpublishedPath = nil
      return nil
    }
    if let failed { throw Failure(errno: failed) }
  }

  /// Deletes the file, unless it was published or another file is at its path. To be called before the descriptor is closed.
  package func withdraw() {
    unpublishedPath.withLock { unpublishedPath in
      guard let created = unpublishedPath else { return }
      unpublishedPath = nil
      var status = stat()
      if created.withPath({ lstat($0, &status) }) == 0, (status.st_dev, status.st_ino) == identity {
        _ = created.withPath { unlink($0) }
      }
    }
  }

  private static func partial(_ path: String, _ attempt: Int) -> String {
    let start = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) } ?? path.startIndex
    let end = ".part" + (attempt == 0 ? "" : "\(attempt + 1)")
    var kept = String(path[start...])
    // File names have at most 255 bytes.
    while 1 + kept.utf8.count + end.utf8.count > 255 { kept.removeLast() }
    return path[..<start] + "." + kept + end
  }

  /// Whether `path` is not a file that can be replaced, but a pipe, a device, a socket, a folder, or a descriptor's name such
  /// as /dev/stdout or /dev/fd/3.
  private static func isOpenedAsItIs(_ path: String) -> Bool {
    var status = stat()
    if path.withPath({ stat($0, &status) }) == 0, status.st_mode & S_IFMT != S_IFREG { return true }
    var link = path
    for _ in 0..<40 {
      let folder = link.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(link[...$0]) } ?? "./"
      guard let real = folder.withPath({ realpath($0, nil) }) else { return false }
      defer { free(real) }
      if String(cString: real).hasPrefix("/proc/") { return true }
      var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      guard link.withPath({ readlink($0, &target, Int(PATH_MAX)) }) > 0 else { return false }
      let next = String(pathBytes: target.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
      link = next.hasPrefix("/") ? next : folder + next
    }
    return false
  }
}
