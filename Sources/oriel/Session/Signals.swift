import Foundation
import Oriel

/// The signals that steer a recording, taken by a thread that waits for them: no handler ever interrupts anything.
///
/// To be made before any other thread, so that all of them have the signals blocked.
final class Signals: Sendable {
  private let broadcaster = EventBroadcaster<Int32>()

  init() {
    // A reader that went away, or a quota, is an error of the write, not the end of the process.
    for ignored in [SIGPIPE, SIGXFSZ] { signal(ignored, SIG_IGN) }
    var set = sigset_t()
    sigemptyset(&set)
    for taken in [SIGINT, SIGTERM, SIGHUP, SIGUSR1] { sigaddset(&set, taken) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    let waited = set
    _ = NamedThread("oriel-signals") { [broadcaster] in
      var set = waited
      while true {
        var number = Int32()
        if sigwait(&set, &number) == 0 { broadcaster.send(number) }
      }
    }
  }

  /// The signals from now on.
  func listen() -> AsyncStream<Int32> { broadcaster.listen() }
}
