#if canImport(Glibc)
  import Glibc
#endif

/// Paths that exist as streams already: descriptors, named pipes and devices. No file is created there, so none is replaced.
package enum OutputStream {
  /// Opens `path` if it is a descriptor of this process (`/dev/stdout`, `/dev/fd/63`), a named pipe or a device. Block devices
  /// hold data that would be lost, and need `replacing` as files do.
  /// - Returns: a descriptor, perhaps non-blocking, that the caller has to close; nil for a file, or if the path does not exist.
  /// - Throws: the system's error; at once for a named pipe without a reader.
  package static func open(_ path: String, replacing: Bool) throws(NewFile.Failure) -> Int32? {
    if let number = descriptor(path) {
      let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
      guard copy >= 0 else { throw NewFile.Failure(errno: errno) }
      return copy
    }
    var status = stat()
    // Without `replacing`, a link counts as an existing file.
    guard path.withPath({ replacing ? stat($0, &status) : lstat($0, &status) }) == 0 else { return nil }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFIFO || kind == S_IFCHR || kind == S_IFBLK && replacing else { return nil }
    let descriptor = path.withPath { Glibc.open($0, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) }
    guard descriptor >= 0 else {
      throw NewFile.Failure(errno: errno, isUnreadPipe: kind == S_IFIFO && errno == ENXIO)
    }
    return descriptor
  }

  /// The descriptor of this process that `path` names; nil when it names none.
  package static func descriptor(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdin": return 0
    case "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default:
      for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
        return Int32(path.dropFirst(folder.count)).flatMap { $0 >= 0 ? $0 : nil }
      }
      return nil
    }
  }

  /// Writes all of `bytes` to `descriptor`, and waits while a non-blocking one is full.
  ///
  /// The position in the file is `offset`, or where it is nil the descriptor's own.
  /// - Returns: the system's error number on failure.
  package static func write(_ bytes: [UInt8], to descriptor: Int32, at offset: UInt64? = nil) -> Int32? {
    bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
        let count =
          if let offset {
            pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
          } else {
            Glibc.write(descriptor, rest.baseAddress, rest.count)
          }
        if count >= 0 {
          done += count
        } else if errno == EAGAIN {
          var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&waiting, 1, 1000)
        } else if errno != EINTR {
          return errno
        }
      }
      return nil
    }
  }
}
