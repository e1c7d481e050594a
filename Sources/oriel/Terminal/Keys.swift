import Foundation
import Oriel

/// Single keys from the terminal, without Enter and without echo, while the command is in the terminal's foreground: from
/// the start, or once the shell brings it there.
final class Keys: Sendable {
  private struct State {
    /// The terminal's settings from before it was taken; nil while it is not.
    var original: termios?
    /// The process is about to stop, or stopped.
    var isReleased = false
    var isOver = false
  }

  /// How often a command in the background looks whether it still is there: no signal tells.
  private static let backgroundInterval: Int32 = 250

  private let state = Monitor(State())
  private let broadcaster = EventBroadcaster<Character>()

  /// Nil when standard input is no terminal.
  init?() {
    guard isatty(0) == 1 else { return nil }
    take()
    _ = NamedThread("oriel-keys") { [self] in read() }
  }

  /// The keys from now on.
  func listen() -> AsyncStream<Character> { broadcaster.listen() }

  /// Whether keys come from the terminal now.
  var isListening: Bool { state.withLock { $0.original != nil } }

  /// Gives the terminal back while Ctrl-Z stops the process.
  func giveBackTerminal(whileStopped signals: Signals, _ reporter: Reporter) {
    signals.aroundStop { [self] in
      release()
      reporter.endLiveLine()
      LineWriter.standardError.finish(within: .milliseconds(200))
    } resume: { [self] in
      resume()
    }
  }

  /// Gives the terminal back as it was, until `resume`.
  func release() {
    state.withLock { state in
      Self.restore(&state)
      state.isReleased = true
    }
  }

  /// Takes the terminal again where it is this command's.
  func resume() {
    state.withLock { $0.isReleased = false }
    take()
  }

  /// Gives the terminal back as it was, for good.
  func restore() {
    state.withLock { state in
      Self.restore(&state)
      state.isOver = true
    }
  }

  /// Takes the terminal where it is this command's: also when it was, and a shell has changed it since.
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
    // Asked from the background, the terminal would stop the process instead of obeying.
    if var original = state.original, isForeground { tcsetattr(0, TCSANOW, &original) }
    state.original = nil
  }

  private static var isForeground: Bool { tcgetpgrp(0) == getpgrp() }

  // MARK: - The thread

  private func read() {
    // Whoever reads in the background is told so, instead of being stopped.
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
