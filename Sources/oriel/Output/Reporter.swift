import ArgumentParser
import Foundation
import Oriel

/// Says what happens: as JSON, as text with a live line on a terminal, or not at all.
final class Reporter: Sendable {
  enum Style: Sendable {
    case json(Stream)
    case text
    case quiet
  }

  enum Stream: Int32, Sendable {
    case standardOutput = 1
    case standardError = 2
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

  /// Something is less good than it could be, in every style but JSON as a line of its own.
  func warn(_ message: String, code: String = "warning") {
    if case .json = style {
      emit(Event.Message(event: "warning", code: code, message: printable(message)))
    } else {
      put("oriel: warning: \(printable(message))", to: .standardError)
    }
  }

  /// Reports a failure, and gives the error to end the command with.
  func fail(_ failure: Failure) -> ExitCode {
    emit(Event.Message(event: "error", code: failure.code, message: printable(failure.message)))
    put("oriel: \(printable(failure.message))", to: .standardError)
    return failure.status.exitCode
  }

  /// Shows `text` in place, where there is a terminal to show it on.
  func live(_ text: String) {
    guard hasLiveLine else { return }
    liveLine.withLock { shown in
      write("\r\u{1b}[K" + TerminalText.fitted(text, columns: TerminalText.columns), to: .standardError)
      shown = true
    }
  }

  private func put(_ line: String, to stream: Stream) {
    liveLine.withLock { shown in
      if shown { write("\r\u{1b}[K", to: .standardError) }
      shown = false
      write(line + "\n", to: stream)
    }
  }

  /// Writes whole or not at all: a reader of the events that went away must not end a recording.
  private func write(_ text: String, to stream: Stream) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { Glibc.write(stream.rawValue, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return }
      done += max(0, count)
    }
  }
}
