#if canImport(Glibc)
  import Glibc
#endif
internal import Media
internal import WebM

/// A file, or whatever else has a path or a descriptor: a pipe, a terminal, `/dev/full`.
/// `@unchecked Sendable`: the writing thread's own once it runs.
final class FileSink: RecordingSink, @unchecked Sendable {
  let isSeekable: Bool
  private(set) var bytesWritten: UInt64 = 0
  private let path: String
  private var descriptor: Int32
  /// Nil for a descriptor that is someone else's.
  private let file: NewFile?
  /// Where the recording begins in a file that had something before.
  private let origin: UInt64
  private let wasLinked: Bool
  /// The largest size that the file system has told of: some tell of writes only later.
  private var largestSize: UInt64 = 0
  private let sync: DiskSync?

  /// Makes the file at `path`, readable by its owner alone; a pipe or a device that is there is opened as it is.
  /// - Parameter replacing: whether it takes the place of a file that is there, once it is published.
  init(path: String, replacing: Bool) throws(RecordingError) {
    let file: NewFile
    do throws(NewFile.Failure) {
      file = try NewFile(path: path, replacing: replacing)
    } catch {
      if error.isUnreadPipe { throw .noReader(path: path) }
      throw error.errno == EEXIST ? .exists(path: path) : .cannotCreate(path: path, errno: error.errno)
    }
    self.path = path
    self.file = file
    descriptor = file.descriptor
    (isSeekable, origin) = Self.placement(of: descriptor)
    // Not every file system counts links.
    var status = stat()
    wasLinked = fstat(descriptor, &status) == 0 && status.st_nlink > 0
    sync = isSeekable ? DiskSync(descriptor) : nil
  }

  /// Writes to a descriptor that is open already and stays so: from where it is in a file, into a pipe as a stream.
  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    path = name
    file = nil
    (isSeekable, origin) = Self.placement(of: descriptor)
    wasLinked = false
    sync = isSeekable ? DiskSync(descriptor) : nil
  }

  /// Whether what has been written there can be patched, and where it begins: a pipe takes a stream, and so does a file that
  /// is appended to, where others may write too.
  private static func placement(of descriptor: Int32) -> (isSeekable: Bool, origin: UInt64) {
    var status = stat()
    let flags = fcntl(descriptor, F_GETFL)
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, flags >= 0, flags & O_APPEND == 0
    else { return (false, 0) }
    let position = lseek(descriptor, 0, SEEK_CUR)
    return (position >= 0, UInt64(max(0, position)))
  }

  deinit { if file != nil, descriptor >= 0 { Glibc.close(descriptor) } }

  func write(_ outputs: [WebMOutput]) throws(RecordingError) {
    if let lost = lost() { throw lost }
    if let errno = sync?.failure { throw failure(errno) }
    var position = bytesWritten
    for output in Self.joined(outputs) {
      switch output {
      case .append(let bytes):
        do throws(RecordingError) {
          try put(bytes, at: nil)
        } catch {
          // Half a block at the end would only confuse: cut back to what is whole.
          if isSeekable, ftruncate(descriptor, off_t(origin + bytesWritten)) == 0 {
            _ = lseek(descriptor, off_t(origin + bytesWritten), SEEK_SET)
          }
          throw error
        }
        position += UInt64(bytes.count)
      case .patch(let offset, let bytes):
        try put(bytes, at: origin + offset)
      }
    }
    bytesWritten = position
  }

  /// The same with small appends that follow each other made one: a call of the system costs more than the copy.
  private static func joined(_ outputs: [WebMOutput]) -> [WebMOutput] {
    var joined: [WebMOutput] = []
    for output in outputs {
      if case .append(let bytes) = output, case .append(let before) = joined.last,
        before.count + bytes.count <= 16 << 10
      {
        joined[joined.count - 1] = .append(before + bytes)
      } else {
        joined.append(output)
      }
    }
    return joined
  }

  /// Room that is left for everyone else on a disk, or a twentieth of a small one.
  private static let spareSpace: UInt64 = 64 << 20

  /// Whether someone deleted the file, put another in its place or emptied it: nobody would find what is written then, and
  /// no write fails.
  private func lost() -> RecordingError? {
    var status = stat()
    guard isSeekable, fstat(descriptor, &status) == 0 else { return nil }
    if status.st_nlink == 0, wasLinked { return .deleted(path: path) }
    let size = UInt64(max(0, status.st_size))
    defer { largestSize = max(largestSize, size) }
    return size < largestSize ? .overwritten(path: path) : nil
  }

  func spaceRunsOut() -> RecordingError? {
    var status = statvfs()
    guard isSeekable, fstatvfs(descriptor, &status) == 0, status.f_blocks > 0 else { return nil }
    let available = UInt64(status.f_bavail) * UInt64(status.f_frsize)
    let total = UInt64(status.f_blocks) * UInt64(status.f_frsize)
    // Some file systems always say that nothing is free: where that is true, the next write fails.
    let isNearlyFull = available > 0 && available < min(Self.spareSpace, total / 20)
    return isNearlyFull ? .diskNearlyFull(path: path, available: available) : nil
  }

  func publish() throws(RecordingError) {
    do throws(NewFile.Failure) {
      try file?.publish()
    } catch {
      throw .cannotCreate(path: path, errno: error.errno)
    }
  }

  func close() throws(RecordingError) {
    sync?.finish()
    guard file != nil, descriptor >= 0 else { return }
    let status = Glibc.close(descriptor)
    descriptor = -1
    // Some file systems (NFS, quotas) report a full disk only here.
    if status != 0, errno != EINTR { throw failure(errno) }
    if let errno = sync?.failure { throw failure(errno) }
  }

  func discard() {
    guard let file, descriptor >= 0 else { return }
    file.withdraw()
    Glibc.close(descriptor)
    descriptor = -1
  }

  private func put(_ bytes: [UInt8], at offset: UInt64?) throws(RecordingError) {
    if let failed = OutputStream.write(bytes, to: descriptor, at: offset) { throw failure(failed) }
  }

  private func failure(_ errno: Int32) -> RecordingError {
    .writeFailed(path: path, errno: errno, kept: bytesWritten)
  }
}
