#if canImport(Glibc)
  import Glibc
#endif
internal import Media
internal import WebM

/// A file, or anything else with a path or a descriptor: a pipe, a terminal, `/dev/full`. `@unchecked Sendable`: owned
/// by the writing thread once it runs.
final class FileSink: RecordingSink, @unchecked Sendable {
  let isSeekable: Bool
  private(set) var bytesWritten: UInt64 = 0
  private let path: String
  private var descriptor: Int32
  /// Nil for a descriptor that the caller owns.
  private let file: NewFile?
  /// The recording's offset in a file that was not empty.
  private let origin: UInt64
  private let wasLinked: Bool
  /// The largest size that the file system has reported: some count writes only later.
  private var largestSize: UInt64 = 0
  private let sync: DiskSync?

  /// Creates the file at `path`, readable by its owner alone; an existing pipe or device is opened as it is.
  /// - Parameter replacing: whether it replaces an existing file, once it is published.
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
    // Not every file system counts hard links.
    var status = stat()
    wasLinked = fstat(descriptor, &status) == 0 && status.st_nlink > 0
    sync = isSeekable ? DiskSync(descriptor) : nil
  }

  /// Writes to a descriptor that is open and stays open: a file from its current position, a pipe as a stream.
  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    path = name
    file = nil
    (isSeekable, origin) = Self.placement(of: descriptor)
    wasLinked = false
    sync = isSeekable ? DiskSync(descriptor) : nil
  }

  /// Whether written bytes can be patched, and where the recording begins: a pipe takes a stream, and so does a file
  /// opened for appending, which others may write to as well.
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
          // Half a block at the end would only confuse readers: truncate to the last whole one.
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

  /// Joins small appends that follow each other: a system call costs more than the copy.
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

  /// Space left for other programs on a disk, or a twentieth of a small disk.
  private static let spareSpace: UInt64 = 64 << 20

  /// The error when the file was deleted, replaced or emptied: nobody would find what is written then, and no write
  /// fails.
  private func lost() -> RecordingError? {
    var status = stat()
    guard isSeekable, fstat(descriptor, &status) == 0 else { return nil }
    if status.st_nlink == 0, wasLinked { return .deleted(path: path) }
    let size = UInt64(max(0, status.st_size))
    defer { largestSize = max(largestSize, size) }
    return size < largestSize ? .overwritten(path: path) : nil
  }

  func lowSpaceError() -> RecordingError? {
    var status = statvfs()
    guard isSeekable, fstatvfs(descriptor, &status) == 0, status.f_blocks > 0 else { return nil }
    let available = UInt64(status.f_bavail) * UInt64(status.f_frsize)
    let total = UInt64(status.f_blocks) * UInt64(status.f_frsize)
    // Some file systems always report no free space: where that is true, the next write fails.
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
