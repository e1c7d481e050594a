#if canImport(Glibc)
  import Glibc
#endif
internal import Media
internal import WebM

/// A file to repair, open for reading and locked against a second repair.
final class DamagedFile {
  /// The path as given, for messages.
  let name: String
  /// The path with symbolic links resolved.
  let path: String
  let descriptor: Int32
  let status: stat

  /// Opens the file at `path`, following symbolic links.
  init(_ path: String) throws(RepairError) {
    guard let real = path.withPath({ realpath($0, nil) }) else { throw .cannotOpen(path: path, errno: errno) }
    name = path
    self.path = String(pathBytes: UnsafeBufferPointer(start: real, count: strlen(real)).map { UInt8(bitPattern: $0) })
    free(real)
    // Without waiting for the other end, if it is a pipe.
    descriptor = self.path.withPath { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { throw .cannotOpen(path: path, errno: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotOpen(path: path, errno: errno) }
    self.status = status
    guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(path: path, errno: EISDIR) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { throw .busy(path: path) }
    if isOpenForWriting { throw .busy(path: path) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  var size: UInt64 { UInt64(max(0, status.st_size)) }

  /// Whether the file has changed since it was opened.
  var hasChanged: Bool {
    var now = stat()
    return fstat(descriptor, &now) != 0 || now.st_size != status.st_size
      || now.st_mtim.tv_sec != status.st_mtim.tv_sec || now.st_mtim.tv_nsec != status.st_mtim.tv_nsec
  }

  /// `F_SETSIG` and `F_SETLEASE`, which Swift does not import. Source: fcntl(2), Linux's `fcntl.h`.
  private static let setSignal: Int32 = 10
  private static let setLease: Int32 = 1024

  /// Whether a program has the file open for writing: then the kernel grants no read lease. Where it grants none at
  /// all, as on network file systems or to another user, this is unknown, and false.
  private var isOpenForWriting: Bool {
    // If another program opens the file at this moment, the lease's signal must not end this process.
    _ = fcntl(descriptor, Self.setSignal, SIGURG)
    if fcntl(descriptor, Self.setLease, Int32(F_RDLCK)) != 0 { return errno == EAGAIN }
    _ = fcntl(descriptor, Self.setLease, Int32(F_UNLCK))
    return false
  }
}

/// A read that failed, with the system's error number.
struct ReadFailure: Error {
  let errno: Int32
}

/// The bytes of a file to repair. The size is that at its opening.
struct DamagedFileSource: WebMSource {
  let file: DamagedFile

  var size: UInt64 { file.size }

  func read(at offset: UInt64, count: Int) throws -> [UInt8] {
    guard offset < size, count > 0 else { return [] }
    let descriptor = file.descriptor
    var failed: Int32?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      while done < count {
        let read = pread(descriptor, buffer.baseAddress! + done, count - done, off_t(offset) + off_t(done))
        if read == 0 { break }
        if read > 0 {
          done += read
        } else if errno != EINTR {
          failed = errno
          break
        }
      }
    }
    if let failed { throw ReadFailure(errno: failed) }
    return bytes
  }
}
