import Glibc

/// Wakes a thread that sleeps in `poll` (a pipe to itself). Any thread may signal.
final class WakeUp: Sendable {
  /// Readable once signalled.
  let fileDescriptor: Int32
  private let writing: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    let status = pipe(&ends)
    // Only a process out of file descriptors gets here, and it could not connect to a display either.
    precondition(status == 0, "pipe failed with \(errno)")
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (fileDescriptor, writing) = (ends[0], ends[1])
  }

  deinit {
    close(fileDescriptor)
    close(writing)
  }

  /// A full pipe is a signal too.
  func signal() {
    var byte: UInt8 = 1
    _ = write(writing, &byte, 1)
  }

  /// Discards the signals so far.
  func clear() {
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
      while read(fileDescriptor, buffer.baseAddress, buffer.count) == buffer.count {}
    }
  }
}
