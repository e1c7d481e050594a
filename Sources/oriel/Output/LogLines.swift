import Foundation
import Logging
import Oriel

/// Writes log messages through the reporter, as text with `key=value` or as JSON.
struct LogLines: LogHandler {
  private struct Line: Encodable {
    let event = "log"
    let time, level, message: String
    let metadata: [String: String]
  }

  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level
  let reporter: Reporter

  init(_ reporter: Reporter, level: Logger.Level) {
    self.reporter = reporter
    logLevel = level
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { printable("\($0)") }
    let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    let message = printable("\(event.message)")
    reporter.emit(Line(time: time, level: event.level.rawValue, message: message, metadata: all))
    let values = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    reporter.say("\(time) \(event.level.rawValue): \(message)\(values)")
  }
}
