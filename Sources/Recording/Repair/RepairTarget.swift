#if canImport(Glibc)
  import Glibc
#endif
internal import WebM

/// The file that a repair's steps are applied to: the damaged one itself, or a new one.
final class RepairTarget {
  let path: String
  let descriptor: Int32
  private let source: DamagedFileSource
  private var end: UInt64

  private static let copySize = 1 << 20

  /// Takes ownership of `descriptor`, open for writing, whose file has `end` bytes.
  init(path: String, descriptor: Int32, end: UInt64, source: DamagedFileSource) {
    self.path = path
    self.descriptor = descriptor
    self.end = end
    self.source = source
  }

  deinit { close(descriptor) }

  func apply(_ step: WebMRepairStep) throws(RepairError) {
    switch step {
    case .append(let bytes):
      do {
        try write(bytes, at: end)
      } catch {
        // Half an index would need another repair.
        _ = ftruncate(descriptor, off_t(end))
        throw error
      }
      end += UInt64(bytes.count)
    case .copy(let range): try copy(range)
    case .patch(let offset, let bytes): try write(bytes, at: offset)
    case .truncate(let size):
      guard ftruncate(descriptor, off_t(size)) == 0 else { throw failure }
      end = size
    case .flush: try flush()
    }
  }

  /// Returns when everything is on the disk.
  func flush() throws(RepairError) {
    // What cannot be flushed, as on some FUSE file systems, is on no disk.
    if fsync(descriptor) != 0, errno != EINVAL, errno != ENOSYS { throw failure }
  }

  private func copy(_ range: Range<UInt64>) throws(RepairError) {
    var position = range.lowerBound
    while position < range.upperBound {
      let count = Int(min(UInt64(Self.copySize), range.upperBound - position))
      let bytes: [UInt8]
      do {
        bytes = try source.read(at: position, count: count)
      } catch {
        throw .readFailed(path: source.file.name, errno: (error as? ReadFailure)?.errno ?? EIO)
      }
      guard bytes.count == count else { throw .busy(path: source.file.name) }
      try write(bytes, at: end)
      end += UInt64(count)
      position += UInt64(count)
    }
  }

  private func write(_ bytes: [UInt8], at offset: UInt64) throws(RepairError) {
    let failed: Int32? = bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = pwrite(
          descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset) + off_t(done))
        if count >= 0 {
          done += count
        } else if errno != EINTR {
          return errno
        }
      }
      return nil
    }
    if let failed { throw .writeFailed(path: path, errno: failed) }
  }

  private var failure: RepairError { .writeFailed(path: path, errno: errno) }
}
