import Foundation
import Oriel

/// The signals that steer a recording.
///
/// The main thread takes them, since it is parked with all signals open and can be nowhere else; its handler only passes
/// the number on, by a pipe, to a thread of its own.
final class Signals: Sendable {
  private static let ending = [SIGINT, SIGTERM, SIGHUP]

  private let broadcaster = EventBroadcaster<Int32>()
  private let isHeard = Monitor(false)

  /// To be made once, before the threads of a recording, so that they have the signals blocked.
  init() {
    // A reader that went away, or a quota, is an error of the write, not the end of the process.
    for ignored in [SIGPIPE, SIGXFSZ] { signal(ignored, SIG_IGN) }
    var ends: [Int32] = [-1, -1]
    // Without descriptors to spare nothing can be recorded, and the signals may keep their usual meaning.
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    handlerPipe = ends[1]
    var set = sigset_t()
    sigemptyset(&set)
    for number in Self.ending + [SIGUSR1] {
      sigaddset(&set, number)
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        let reason = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(handlerPipe, &byte, 1)
        errno = reason
      }
      action.sa_flags = SA_RESTART
      sigaction(number, &action, nil)
    }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    _ = NamedThread("oriel-signals") { [self, reading = ends[0]] in
      var byte = UInt8()
      while true {
        if read(reading, &byte, 1) == 1 { take(Int32(byte)) }
      }
    }
  }

  /// The signals from now on. Before, there is nothing to finish, and they end the process as they would any other.
  func listen() -> AsyncStream<Int32> {
    let signals = broadcaster.listen()
    isHeard.withLock { $0 = true }
    return signals
  }

  private func take(_ number: Int32) {
    if isHeard.withLock({ $0 }) {
      broadcaster.send(number)
    } else if Self.ending.contains(number) {
      signal(number, SIG_DFL)
      kill(getpid(), number)
    }
  }
}

/// Where the handler writes: set once, before there is a handler.
nonisolated(unsafe) private var handlerPipe: Int32 = -1
