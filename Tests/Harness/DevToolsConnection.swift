import Foundation
import Synchronization

/// The DevTools protocol over `--remote-debugging-pipe`: JSON messages, each ended by a NUL byte.
///
/// A session belongs to one page; messages without a session go to the browser itself.
final class DevToolsConnection: Sendable {
  struct Event: Sendable {
    let number: Int
    let session: String?
    let method: String
    let parameters: JSON
  }

  private struct Received: Sendable {
    var replies: [Int: JSON] = [:]
    /// The latest 1000 to 2000; tests read an event soon or not at all.
    var events: [Event] = []
    var eventCount = 0
    var hasEnded = false

    mutating func take(_ message: JSON) {
      if let id = message["id"].int {
        replies[id] = message
      } else if let method = message["method"].string {
        eventCount += 1
        events.append(
          Event(
            number: eventCount, session: message["sessionId"].string, method: method, parameters: message["params"]))
        if events.count > 2000 { events.removeFirst(1000) }
      }
    }
  }

  private let commands: Descriptor
  private let lastID = Mutex(0)
  private let received = Watched(Received())

  init(commands: Descriptor, replies: Descriptor) {
    self.commands = commands
    let thread = Thread { [received] in
      var message: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = buffer.withUnsafeMutableBytes { replies.read(into: $0) }
        if count == 0 { break }
        for part in buffer[..<count].split(separator: 0, omittingEmptySubsequences: false).enumerated() {
          if part.offset > 0 {
            if let whole = try? JSON(parsing: message) { received.update { $0.take(whole) } }
            message.removeAll(keepingCapacity: true)
          }
          message += part.element
        }
      }
      received.update { $0.hasEnded = true }
    }
    thread.name = "devtools"
    thread.start()
  }

  /// The number of the last event so far: a mark for `event(after:)`.
  var eventCount: Int { received.current.eventCount }

  /// The retained events of a session.
  func events(of session: String, method: String) -> [JSON] {
    received.current.events.filter { $0.session == session && $0.method == method }.map(\.parameters)
  }

  /// Sends a command and waits for its result.
  func call(
    _ method: String, _ parameters: JSON = [:], session: String? = nil, within limit: Duration = .seconds(15)
  ) async throws -> JSON {
    let id = lastID.withLock { lastID in
      lastID += 1
      return lastID
    }
    var message: [String: JSON] = ["id": JSON(integerLiteral: id), "method": .string(method), "params": parameters]
    if let session { message["sessionId"] = .string(session) }
    guard commands.send(JSON.object(message).bytes + [0]) else { throw HarnessError("the browser is gone") }
    let reply = try await received.first("the browser's answer to \(method)", within: limit) { received -> JSON? in
      received.replies.removeValue(forKey: id) ?? (received.hasEnded ? .null : nil)
    }
    if reply == .null { throw HarnessError("\(method): the browser ended") }
    if let message = reply["error"]["message"].string { throw HarnessError("\(method): \(message)") }
    return reply["result"]
  }

  /// Waits for an event of a session with a number above `mark`.
  func event(
    _ method: String, session: String, after mark: Int, within limit: Duration
  ) async throws -> JSON {
    let found = try await received.first("the browser's event \(method)", within: limit) { received -> JSON? in
      let event = received.events.first { $0.number > mark && $0.session == session && $0.method == method }
      return event?.parameters ?? (received.hasEnded ? .null : nil)
    }
    if found == .null { throw HarnessError("\(method): the browser ended") }
    return found
  }
}
