import Logging
import Synchronization

/// Keeps the log as text.
final class CapturedLog: Sendable {
  private struct Handler: LogHandler {
    let log: CapturedLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }
    func log(event: LogEvent) {
      let values = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      log.lines.withLock { $0.append(([event.message.description] + values).joined(separator: " ")) }
    }
  }

  private let lines = Mutex<[String]>([])

  var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }
  var text: String { lines.withLock { $0.joined(separator: "\n") } }

  /// Whether something was refused for this reason.
  func refused(_ reason: String) -> Bool { text.contains("refused") && text.contains("reason=\(reason)") }
}
