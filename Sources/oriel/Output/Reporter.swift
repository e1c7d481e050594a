import ArgumentParser
import Foundation
import Oriel

/// Says what happens: as JSON, as text with a live line on a terminal, or not at all. Nothing here waits for who reads it.
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
  /// Whether what is said goes to a terminal.
  let hasLiveLine: Bool
  private let liveLine = Monitor(false)

  init(style: Style) {
    self.style = style
    if case .text = style { hasLiveLine = isatty(2) == 1 } else { hasLiveLine = false }
  }

  private var isText: Bool { if case .text = style { true } else { false } }

  /// Prints `event` where JSON was asked for.
  func emit(_ event: some Encodable) {
    if case .json(let stream) = style { put(jsonLine(event), to: stream) }
  }

  /// Prints a sentence where text was asked for.
  func say(_ text: String) {
    guard isText else { return }
    put(hasLiveLine ? TerminalText.wrapped(text, columns: TerminalText.columns) : text, to: .standardError)
  }

  /// Something is less good than it could be.
  func warn(_ message: String, code: String = "warning") {
    emit(Event.Message(event: "warning", code: code, message: printable(message)))
    say("oriel: warning: \(printable(message))")
  }

  /// Reports a failure, and gives the error to end the command with. Where the events go to standard error, nothing else does.
  func fail(_ failure: Failure) -> ExitCode {
    emit(Event.Message(event: "error", code: failure.code, message: printable(failure.message)))
    if case .json(.standardError) = style { return failure.status.exitCode }
    put("oriel: \(printable(failure.message))", to: .standardError)
    return failure.status.exitCode
  }

  /// Shows `text` in place, where there is a terminal to show it on that is not a shell's for now.
  func live(_ text: String) {
    guard hasLiveLine, ![-1, getpgrp()].allSatisfy({ $0 != tcgetpgrp(2) }) else { return }
    liveLine.withLock { shown in
      let line = TerminalText.fitted(text, columns: TerminalText.columns)
      LineWriter.standardError.add("\r\u{1b}[K" + line, isReplaceable: true)
      shown = true
    }
  }

  /// Leaves the live line as it is, so that someone else can write below it.
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

  /// Waits a moment for what has been said to come out.
  static func finish() {
    let end = MediaTime.now + LineWriter.lastPatience
    for writer in [LineWriter.standardOutput, .standardError] { writer.finish(within: end - .now) }
  }
}
