import Foundation
import Oriel

/// Reads single keys from the terminal, without Enter and without echo, while the command is in the terminal's
/// foreground.
final class Keys: Sendable {
  private struct State {
    /// The terminal's settings before they were changed; nil while they are unchanged.
    var original: termios?
    /// Whether the process is stopped (SIGTSTP), or about to be.
    var isReleased = false
    var isOver = false
  }

  /// Milliseconds between checks whether the command is still in the background; there is no signal for it.
  private static let backgroundInterval: Int32 = 250

  private let state = Monitor(State())
  private let broadcaster = EventBroadcaster<Character>()

  /// Nil if standard input is not a terminal.
  init?() {
    guard isatty(0) == 1 else { return nil }
    take()
    _ = NamedThread("oriel-keys") { [self] in read() }
  }

  /// The keys that are pressed from now on.
  func listen() -> AsyncStream<Character> { broadcaster.listen() }

  /// Whether keys are currently read.
  var isListening: Bool { state.withLock { $0.original != nil } }

  /// Restores the terminal while the process is stopped by Ctrl-Z.
  func giveBackTerminal(whileStopped signals: Signals, _ reporter: Reporter) {
    signals.aroundStop { [self] in
      release()
      reporter.endLiveLine()
      LineWriter.standardError.finish(within: .milliseconds(200))
    } resume: { [self] in
      resume()
    }
  }

  /// Restores the terminal's settings, until `resume`.
  func release() {
    state.withLock { state in
      Self.restore(&state)
      state.isReleased = true
    }
  }

  /// Reads keys again, if the command is in the foreground.
  func resume() {
    state.withLock { $0.isReleased = false }
    take()
  }

  /// Restores the terminal's settings for good.
  func restore() {
    state.withLock { state in
      Self.restore(&state)
      state.isOver = true
    }
  }

  /// Sets up the terminal if the command is in the foreground; also again, as a shell may have changed it meanwhile.
  private func take() {
    state.withLock { state in
      guard !state.isOver, !state.isReleased, Self.isForeground else { return }
      var settings = termios()
      guard tcgetattr(0, &settings) == 0 else { return }
      if let original = state.original { settings = original }
      state.original = settings
      // Ctrl-C stays a signal.
      settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
      if tcsetattr(0, TCSANOW, &settings) != 0 { state.original = nil }
    }
  }

  private static func restore(_ state: inout State) {
    // From the background, tcsetattr would stop the process (SIGTTOU).
    if var original = state.original, isForeground { tcsetattr(0, TCSANOW, &original) }
    state.original = nil
  }

  private static var isForeground: Bool { tcgetpgrp(0) == getpgrp() }

  // MARK: - The thread

  private func read() {
    // With SIGTTIN blocked, a read in the background fails with EIO and does not stop the process.
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGTTIN)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    while !state.withLock({ $0.isOver }) {
      guard Self.isForeground else {
        poll(nil, 0, Self.backgroundInterval)
        continue
      }
      if !isListening { take() }
      var waiting = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, -1) > 0, Self.isForeground else { continue }
      var byte = UInt8()
      let count = Glibc.read(0, &byte, 1)
      if count == 1 {
        broadcaster.send(Character(UnicodeScalar(byte)))
      } else if count == 0 || errno == EIO && Self.isForeground || ![EINTR, EIO, EAGAIN].contains(errno) {
        // The terminal is gone.
        return
      }
    }
  }
}
