import Foundation
import Oriel

/// The signals that steer a recording.
///
/// The main thread takes them, since it is parked with all signals open and can be nowhere else; its handler only passes
/// the number on, by a pipe, to a thread of its own, "oriel-signals", which waits for nobody.
final class Signals: Sendable {
  private struct State {
    var isHeard = false
    /// The first signal to end that came.
    var ending: Int32?
    /// What the terminal needs before the process stops, and when it goes on.
    var terminal: (stop: @Sendable () -> Void, resume: @Sendable () -> Void)?
  }

  private static let ending = [SIGINT, SIGTERM, SIGHUP]
  /// How long a signal waits to be heard while the command starts.
  private static let patience = MediaTime.seconds(1)

  private let broadcaster = EventBroadcaster<Int32>()
  private let state = Monitor(State())

  /// To be made once, before the threads of a recording, so that they have the signals blocked.
  init() {
    // A reader that went away, or a quota, is an error of the write, not the end of the process.
    for ignored in [SIGPIPE, SIGXFSZ] { signal(ignored, SIG_IGN) }
    var ends: [Int32] = [-1, -1]
    // Without descriptors to spare nothing can be recorded, and the signals may keep their usual meaning.
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    handlerPipe = ends[1]
    // nohup(1) asks to outlive the terminal. A shell's background job ignores INT as well, and yet ends by it.
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

  /// The signals from now on, and the first to end that came before.
  func listen() -> AsyncStream<Int32> {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    let signals = broadcaster.listen()
    let early = state.update { state in
      state.isHeard = true
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

  /// From now on signals to end are the command's to act upon, by `isEnding` or `listen`. Before, there is nothing to finish,
  /// and they end the process, once it has had a moment to get here.
  func hear() { state.update { $0.isHeard = true } }

  /// Whether a signal to end has come.
  var isEnding: Bool { state.withLock { $0.ending != nil } }

  /// Has the terminal put right before Ctrl-Z stops the process, and when it goes on: both are called on the thread of the
  /// signals.
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
      let isHeard = state.update { state in
        state.ending = state.ending ?? number
        return state.isHeard
      }
      if isHeard { return broadcaster.send(number) }
      if state.wait(until: .now + Self.patience, { $0.isHeard ? true : nil }) == true { return }
      signal(number, SIG_DFL)
      kill(getpid(), number)
    }
  }

  /// Stops the process as the signal would without a handler, and comes back when it goes on: at once where nobody could
  /// let it go on.
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

/// Where the handler writes: set once, before there is a handler.
nonisolated(unsafe) private var handlerPipe: Int32 = -1
