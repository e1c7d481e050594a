#if canImport(Glibc)
  import Glibc
#endif

/// A file that is made for someone: the owner's alone, and never through a link.
///
/// One that takes another's place stands beside it until `publish`, as `.NAME.part`: the old file is lost to nothing but a new
/// one that has something in it. What is no regular file, such as a pipe or a device, is opened as it is.
package final class NewFile: Sendable {
  /// Why a file cannot be made, by the system's error number.
  package struct Failure: Error, Equatable {
    package let errno: Int32
    /// Nothing reads the named pipe that is there.
    package var isUnreadPipe = false
  }

  package let path: String
  /// Open for writing. Whoever made this closes it.
  package let descriptor: Int32
  /// Where the file is until `publish`; nil once it is at `path`, and for what was opened as it is.
  private let place: Monitor<String?>
  /// What tells it from another file that somebody puts in its place.
  private let identity: (device: dev_t, number: ino_t)

  /// - Parameters:
  ///   - path: where the file is to be.
  ///   - replacing: whether it takes the place of a file or of a link that is there, whose target stays as it is. What is opened
  ///     as it is needs no leave for that; it may be non-blocking then.
  /// - Throws: `EEXIST` where something is there that is not to be replaced, or what the system says.
  package init(path: String, replacing: Bool) throws(Failure) {
    self.path = path
    if let stream = try OutputStream.open(path, replacing: replacing) {
      place = Monitor(nil)
      identity = (0, 0)
      descriptor = stream
      return
    }
    var status = stat()
    let isReplaced = replacing && path.withPath { lstat($0, &status) } == 0
    if isReplaced, Self.isOpenedAsItIs(path) {
      place = Monitor(nil)
      identity = (0, 0)
      // Also a named pipe, at the end of a link.
      descriptor = path.withPath { open($0, O_WRONLY | O_CLOEXEC | O_TRUNC | O_NOCTTY | O_NONBLOCK) }
      guard descriptor >= 0 else { throw Failure(errno: errno, isUnreadPipe: errno == ENXIO) }
      return
    }
    var made = path
    var descriptor: Int32 = -1
    // A process that was killed, or one that runs, may have left or keep such a name.
    for attempt in 0..<100 {
      if isReplaced { made = Self.partial(path, attempt) }
      descriptor = made.withPath { open($0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600) }
      guard descriptor < 0, isReplaced, errno == EEXIST else { break }
    }
    guard descriptor >= 0 else { throw Failure(errno: errno) }
    _ = fstat(descriptor, &status)
    self.descriptor = descriptor
    place = Monitor(made)
    identity = (status.st_dev, status.st_ino)
  }

  /// Puts the file in its place. A second call does nothing.
  package func publish() throws(Failure) {
    let failed: Int32? = place.withLock { place in
      guard let made = place else { return nil }
      if made != path, made.withPath({ made in path.withPath { rename(made, $0) } }) != 0 { return errno }
      place = nil
      return nil
    }
    if let failed { throw Failure(errno: failed) }
  }

  /// Takes the file away again, unless it has been published or someone else's stands in its place; before it is closed.
  package func withdraw() {
    place.withLock { place in
      guard let made = place else { return }
      place = nil
      var there = stat()
      if made.withPath({ lstat($0, &there) }) == 0, (there.st_dev, there.st_ino) == identity {
        _ = made.withPath { unlink($0) }
      }
    }
  }

  private static func partial(_ path: String, _ attempt: Int) -> String {
    let start = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) } ?? path.startIndex
    let end = ".part" + (attempt == 0 ? "" : "\(attempt + 1)")
    var kept = String(path[start...])
    // The longest name that file systems take is of 255 bytes.
    while 1 + kept.utf8.count + end.utf8.count > 255 { kept.removeLast() }
    return path[..<start] + "." + kept + end
  }

  /// Whether there is no file or folder's entry to replace: a pipe, a device, a socket, a folder; or a descriptor's name, such
  /// as /dev/stdout and /dev/fd/3, whatever it is open on.
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
