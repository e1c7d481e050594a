#if canImport(Glibc)
  import Glibc
#endif
internal import Media

/// Brings what is written to a file onto the disk, every ten seconds and at the end: on a thread of its own, "oriel-sync",
/// since a disk may take its time for that, and no picture should wait for it.
final class DiskSync: Sendable {
  private struct State {
    var isEnding = false
    var isOver = false
    var failure: Int32?
  }

  private static let interval = MediaTime.seconds(10)
  /// How long the end waits. The system goes on with what takes longer.
  private static let patience = MediaTime.seconds(1)

  private let state = Monitor(State())

  /// - Parameter descriptor: the file's; it may be closed at any time.
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
        // What knows no such call, as some file systems, says something else.
        if fdatasync(own) != 0, [EIO, ENOSPC, EDQUOT].contains(errno) {
          let failure = errno
          state.withLock { $0.failure = $0.failure ?? failure }
        }
      }
      close(own)
      state.update { $0.isOver = true }
    }
  }

  /// Ends the thread when nobody else does.
  deinit { state.update { $0.isEnding = true } }

  /// The system's error number for what did not reach the disk, once that is known.
  var failure: Int32? { state.withLock { $0.failure } }

  /// Brings the rest onto the disk, and waits for it, but not for long.
  func finish() {
    state.update { $0.isEnding = true }
    _ = state.wait(until: .now + Self.patience) { $0.isOver ? true : nil }
  }
}
