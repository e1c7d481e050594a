import Foundation
import Oriel

/// The signals that control a recording or a share.
///
/// They are delivered to the main thread, which only sleeps, with all signals unblocked. The handler writes the number
/// into a pipe that the thread "oriel-signals" reads.
final class Signals: Sendable {
  private struct State {
    /// Whether the command itself reacts to signals.
    var isHandling = false
    /// The first signal to end that arrived.
    var ending: Int32?
    /// Called before the process stops, and after it continues.
    var terminal: (stop: @Sendable () -> Void, resume: @Sendable () -> Void)?
  }

  private static let ending = [SIGINT, SIGTERM, SIGHUP]
  /// How long a signal to end waits for `beginHandling` while the command starts.
  private static let startTimeout = MediaTime.seconds(1)

  private let broadcaster = EventBroadcaster<Int32>()
  private let state = Monitor(State())

  /// Create it once, before the threads of a recording, so that they inherit the blocked signals.
  init() {
    // A closed pipe or a file size limit must be an error of write(2), not the end of the process.
    for ignored in [SIGPIPE, SIGXFSZ] { signal(ignored, SIG_IGN) }
    var ends: [Int32] = [-1, -1]
    // Without free descriptors nothing can be recorded anyway, and the signals keep their default action.
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    handlerPipe = ends[1]
    // An ignored SIGHUP comes from nohup(1) and stays ignored. An ignored SIGINT comes from a shell that starts a
    // background job, and is handled all the same.
    for number in Self.ending + [SIGUSR1] where number != SIGHUP || !Self.isIgnored(SIGHUP) { Self.handle(number) }
    var set = sigset_t()
    sigemptyset(&set)
    for number in Self.ending + [SIGUSR1, SIGTSTP, SIGCONT] { sigaddset(&set, number) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    _ = NamedThread("oriel-signals") { [self, reading = ends[0]] in
      var byte = UInt8()
      while true {
        if read(reading, &byte, 1) == 1 { take(Int32(byte)) }
      }
    }
  }

  /// The signals from now on, and the first signal to end if it arrived before.
  func listen() -> AsyncStream<Int32> {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    let signals = broadcaster.listen()
    let early = state.update { state in
      state.isHandling = true
      return state.ending
    }
    if let early { continuation.yield(early) }
    let feed = Task {
      for await signal in signals { continuation.yield(signal) }
      continuation.finish()
    }
    continuation.onTermination = { _ in feed.cancel() }
    return stream
  }

  /// From now on the command reacts to signals to end, by `isEnding` or `listen`. Before, such a signal ends the
  /// process after `startTimeout`, as there is nothing to finish.
  func beginHandling() { state.update { $0.isHandling = true } }

  /// Whether a signal to end has arrived.
  var isEnding: Bool { state.withLock { $0.ending != nil } }

  /// Calls `stop` before Ctrl-Z stops the process, and `resume` when it continues, both on the signal thread.
  func aroundStop(_ stop: @escaping @Sendable () -> Void, resume: @escaping @Sendable () -> Void) {
    state.withLock { $0.terminal = (stop, resume) }
    for number in [SIGTSTP, SIGCONT] where !Self.isIgnored(number) { Self.handle(number) }
  }

  private func take(_ number: Int32) {
    switch number {
    case SIGTSTP: stop()
    case SIGCONT: state.withLock { $0.terminal }?.resume()
    case SIGUSR1: broadcaster.send(number)
    default:
      let isHandling = state.update { state in
        state.ending = state.ending ?? number
        return state.isHandling
      }
      if isHandling { return broadcaster.send(number) }
      if state.wait(until: .now + Self.startTimeout, { $0.isHandling ? true : nil }) == true { return }
      signal(number, SIG_DFL)
      kill(getpid(), number)
    }
  }

  /// Stops the process as SIGTSTP does without a handler, and returns when it continues; at once if the process group
  /// is orphaned, which the kernel does not stop.
  private func stop() {
    let terminal = state.withLock { $0.terminal }
    terminal?.stop()
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGTSTP)
    signal(SIGTSTP, SIG_DFL)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(SIGTSTP)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    Self.handle(SIGTSTP)
    terminal?.resume()
  }

  private static func handle(_ number: Int32) {
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

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0, let handler = action.__sigaction_handler.sa_handler else {
      return false
    }
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

/// The pipe that the handler writes to; set once, before a handler is installed.
nonisolated(unsafe) private var handlerPipe: Int32 = -1
