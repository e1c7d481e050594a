/// Why a scene cannot be drawn.
package enum SceneError: Error, Sendable, Hashable {
  /// The X display cannot be opened.
  case displayUnavailable(String)
  /// The display's visual has no red, green and blue masks.
  case visualUnsupported(String)
  /// The server has not even the font `fixed`.
  case fontsMissing(String)
  /// The connection broke while drawing.
  case displayGone(String)
  /// No sound server can be reached, or it plays nothing; with libpulse's message.
  case soundUnavailable(String)
  /// The step log cannot be created or written; with `strerror`'s message.
  case logFailed(file: String, reason: String)

  /// The command's exit status, as in `sysexits.h`.
  package var exitCode: Int32 {
    switch self {
    case .displayUnavailable, .visualUnsupported, .fontsMissing, .displayGone, .soundUnavailable: 69
    case .logFailed: 73
    }
  }
}

extension SceneError: CustomStringConvertible {
  /// One sentence for the person at the terminal.
  package var description: String {
    switch self {
    case .displayUnavailable(let display):
      display.isEmpty
        ? "No X display is named: set DISPLAY or pass --display."
        : "The X display \(display) cannot be opened: is an X server running there?"
    case .visualUnsupported(let display): "The X display \(display) has no TrueColor visual by default."
    case .fontsMissing(let display): "The X display \(display) has no font named fixed: install xfonts-base."
    case .displayGone(let display): "The X display \(display) went away."
    case .soundUnavailable(let reason): "There is no sound server to beep through: \(reason.lowercased())."
    case .logFailed(let file, let reason): "The log \(file) cannot be written: \(reason)."
    }
  }
}
