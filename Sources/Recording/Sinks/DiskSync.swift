#if canImport(Glibc)
  import Glibc
#endif
internal import Media

/// Flushes a file to the disk every ten seconds and at the end: on a thread of its own, "oriel-sync", since a disk may
/// take long for that, and no picture should wait for it.
final class DiskSync: Sendable {
  private struct State {
    var isEnding = false
    var isOver = false
    var failure: Int32?
  }

  private static let interval = MediaTime.seconds(10)
  /// How long the end waits. The system continues a longer flush.
  private static let maximumWait = MediaTime.seconds(1)

  private let state = Monitor(State())

  /// - Parameter descriptor: of the file; it may be closed at any time.
  init(_ descriptor: Int32) {
    let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard own >= 0 else {
      state.withLock { $0.isOver = true }
      return
    }
    _ = NamedThread("oriel-sync") { [state] in
      var isEnding = false
      while !isEnding {
        isEnding = state.wait(until: .now + Self.interval) { $0.isEnding ? true : nil } ?? false
        // File systems without this call report other errors.
        if fdatasync(own) != 0, [EIO, ENOSPC, EDQUOT].contains(errno) {
          let failure = errno
          state.withLock { $0.failure = $0.failure ?? failure }
        }
      }
      close(own)
      state.update { $0.isOver = true }
    }
  }

  /// Ends the thread if `finish` was not called.
  deinit { state.update { $0.isEnding = true } }

  /// The system's error number of a flush that failed, once known.
  var failure: Int32? { state.withLock { $0.failure } }

  /// Flushes the rest to the disk and waits for it, but not for long.
  func finish() {
    state.update { $0.isEnding = true }
    _ = state.wait(until: .now + Self.maximumWait) { $0.isOver ? true : nil }
  }
}
