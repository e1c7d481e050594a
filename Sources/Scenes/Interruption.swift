import Glibc
import Synchronization

/// SIGINT and SIGTERM as a descriptor that becomes readable; one instance at a time per process.
final class Interruption {
  private static let writeEnd = Atomic<Int32>(-1)

  let descriptor: Int32
  private let writer: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    descriptor = ends[0]
    writer = ends[1]
    Self.writeEnd.store(writer, ordering: .sequentiallyConsistent)
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        let saved = errno
        var byte: UInt8 = 0
        _ = Glibc.write(Interruption.writeEnd.load(ordering: .sequentiallyConsistent), &byte, 1)
        errno = saved
      }
    }
    // The parent may have blocked them, as libdispatch's threads do; a child inherits that.
    var both = sigset_t()
    sigemptyset(&both)
    sigaddset(&both, SIGINT)
    sigaddset(&both, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &both, nil)
  }

  deinit {
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    Self.writeEnd.store(-1, ordering: .sequentiallyConsistent)
    close(descriptor)
    close(writer)
  }
}
