import Foundation
import Oriel

/// Single keys from the terminal, without Enter and without echo, while the command is in the terminal's foreground.
final class Keys: Sendable {
  private let original: termios
  private let broadcaster = EventBroadcaster<Character>()

  /// Nil when standard input is no terminal, or is someone else's for now.
  init?() {
    guard isatty(0) == 1, tcgetpgrp(0) == getpgrp() else { return nil }
    var state = termios()
    guard tcgetattr(0, &state) == 0 else { return nil }
    original = state
    // Ctrl-C stays a signal.
    state.c_lflag &= ~tcflag_t(ICANON | ECHO)
    guard tcsetattr(0, TCSANOW, &state) == 0 else { return nil }
    _ = NamedThread("oriel-keys") { [broadcaster] in
      var byte = UInt8()
      while true {
        let count = read(0, &byte, 1)
        if count == 1 {
          broadcaster.send(Character(UnicodeScalar(byte)))
        } else if count == 0 || errno != EINTR {
          return
        }
      }
    }
  }

  /// The keys from now on.
  func listen() -> AsyncStream<Character> { broadcaster.listen() }

  /// Gives the terminal back as it was.
  func restore() {
    var state = original
    // Asked from the background, the terminal would stop the process instead of obeying.
    guard tcgetpgrp(0) == getpgrp() else { return }
    tcsetattr(0, TCSANOW, &state)
  }
}
