import ArgumentParser
import Foundation
import Oriel

/// Prints the command's messages: as JSON events, as text with a live line on a terminal, or errors only. Only `finish`
/// waits for the reader.
final class Reporter: Sendable {
  enum Style: Sendable {
    case json(Stream)
    case text
    case quiet
  }

  enum Stream: Sendable {
    case standardOutput
    case standardError

    var writer: LineWriter {
      switch self {
      case .standardOutput: .standardOutput
      case .standardError: .standardError
      }
    }
  }

  let style: Style
  /// Whether text goes to a terminal, where a status line is updated in place.
  let hasLiveLine: Bool
  private let liveLine = Monitor(false)

  init(style: Style) {
    self.style = style
    if case .text = style { hasLiveLine = isatty(2) == 1 } else { hasLiveLine = false }
  }

  private var isText: Bool { if case .text = style { true } else { false } }

  /// Prints `event` with `--json`.
  func emit(_ event: some Encodable) {
    if case .json(let stream) = style { put(jsonLine(event), to: stream) }
  }

  /// Prints a sentence in the text style.
  func say(_ text: String) {
    guard isText else { return }
    put(hasLiveLine ? TerminalText.wrapped(text, columns: TerminalText.columns) : text, to: .standardError)
  }

  /// Prints a warning: the command continues.
  func warn(_ message: String, code: String = "warning") {
    emit(Event.Message(event: "warning", code: code, message: printable(message)))
    say("oriel: warning: \(printable(message))")
  }

  /// Reports a failure. If JSON events go to standard error, no text is printed there.
  /// - Returns: the exit status of the command.
  func fail(_ failure: Failure) -> ExitCode {
    emit(Event.Message(event: "error", code: failure.code, message: printable(failure.message)))
    if case .json(.standardError) = style { return failure.status.exitCode }
    put("oriel: \(printable(failure.message))", to: .standardError)
    return failure.status.exitCode
  }

  /// Updates the live line, if there is a terminal and the command is in its foreground.
  func live(_ text: String) {
    guard hasLiveLine, ![-1, getpgrp()].allSatisfy({ $0 != tcgetpgrp(2) }) else { return }
    liveLine.withLock { shown in
      let line = TerminalText.fitted(text, columns: TerminalText.columns)
      LineWriter.standardError.add("\r\u{1b}[K" + line, isReplaceable: true)
      shown = true
    }
  }

  /// Ends the live line, so that other programs write below it.
  func endLiveLine() {
    liveLine.withLock { shown in
      if shown { LineWriter.standardError.add("\n") }
      shown = false
    }
  }

  private func put(_ line: String, to stream: Stream) {
    liveLine.withLock { shown in
      if shown { LineWriter.standardError.add("\r\u{1b}[K") }
      shown = false
      stream.writer.add(line + "\n")
    }
  }

  /// Waits a moment until all messages are written.
  static func finish() {
    let end = MediaTime.now + LineWriter.finishTimeout
    for writer in [LineWriter.standardOutput, .standardError] { writer.finish(within: end - .now) }
  }
}
