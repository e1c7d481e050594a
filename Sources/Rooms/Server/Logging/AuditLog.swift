internal import Foundation
internal import Media
internal import RoomProtocol

/// A log of joins, departures and refusals for the server's operator: a file with one JSON object per line.
///
/// Lines are appended on a thread of its own, "oriel-audit", so that a slow or full disk blocks nothing else. The queue is bounded.
/// Lost lines are counted, and a later line gives their number (`{"event":"lost","count":…}`).
///
/// `@unchecked Sendable`: the thread owns `descriptor` and `hasFailed`; `condition` guards everything else.
public final class AuditLog: @unchecked Sendable {
  private enum Entry {
    case line([UInt8])
    case reopen
  }

  /// Bytes that may be queued.
  private let limit: Int
  private let path: String
  private let onProblem: @Sendable (String) -> Void
  private let condition = NSCondition()
  private var waiting: [Entry] = []
  private var waitingBytes = 0
  private var lost = 0
  private var isClosed = false
  private var hasEnded = false
  private var descriptor: Int32
  private var hasFailed = false

  /// Opens the file for appending. A new file is readable by its owner only.
  /// - Parameters:
  ///   - path: of the file.
  ///   - onProblem: called on the log's thread, with a sentence, when the file can no longer be written.
  /// - Throws: `AuditLogError`.
  public convenience init(path: String, onProblem: @escaping @Sendable (String) -> Void) throws(AuditLogError) {
    try self.init(path: path, limit: 1 << 20, onProblem: onProblem)
  }

  init(path: String, limit: Int, onProblem: @escaping @Sendable (String) -> Void) throws(AuditLogError) {
    self.path = path
    self.limit = limit
    self.onProblem = onProblem
    descriptor = try Self.open(path)
    let thread = Thread { [self] in run() }
    thread.name = "oriel-audit"
    thread.start()
  }

  /// Reopens the file by its name after writing the queued lines to the old one, for logrotate(8).
  public func reopen() { add(.reopen, bytes: 0) }

  /// Writes the queued lines, for at most `limit`, and accepts no more.
  public func close(within limit: Duration = .seconds(1)) {
    let end = Date(timeIntervalSinceNow: limit / .seconds(1))
    condition.lock()
    isClosed = true
    condition.broadcast()
    while !hasEnded, condition.wait(until: end) {}
    condition.unlock()
  }

  /// Queues a line. Never waits for the disk.
  func write(_ event: String, _ members: [(String, JSONValue)]) { write(event, members, time: Date()) }

  func write(_ event: String, _ members: [(String, JSONValue)], time: Date) {
    let line = Self.line(event, members, time: time)
    add(.line(line), bytes: line.count)
  }

  /// Counts a line that is not written.
  func countLost() {
    condition.lock()
    lost += 1
    condition.unlock()
  }

  private func add(_ entry: Entry, bytes: Int) {
    condition.lock()
    defer { condition.unlock() }
    guard !isClosed else { return }
    guard waitingBytes + bytes <= limit else {
      lost += 1
      return
    }
    waiting.append(entry)
    waitingBytes += bytes
    condition.broadcast()
  }

  private static func line(_ event: String, _ members: [(String, JSONValue)], time: Date) -> [UInt8] {
    let time = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    let object = JSONObject([("time", .string(time)), ("event", .string(event))] + members)
    return JSONValue.object(object).text + [UInt8(ascii: "\n")]
  }

  // MARK: The thread

  private func run() {
    while let entries = next() {
      for entry in entries {
        switch entry {
        case .reopen: reopenFile()
        case .line(let line): if !append(line) { countLost() }
        }
      }
      writeLostCount()
    }
    writeLostCount()
    Glibc.close(descriptor)
    condition.lock()
    hasEnded = true
    condition.broadcast()
    condition.unlock()
  }

  private func next() -> [Entry]? {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty {
      if isClosed { return nil }
      condition.wait()
    }
    defer { (waiting, waitingBytes) = ([], 0) }
    return waiting
  }

  private func writeLostCount() {
    condition.lock()
    let count = lost
    lost = 0
    condition.unlock()
    guard count > 0, !append(Self.line("lost", [("count", .number(Double(count)))], time: Date())) else { return }
    condition.lock()
    lost += count
    condition.unlock()
  }

  private func reopenFile() {
    do throws(AuditLogError) {
      let new = try Self.open(path)
      Glibc.close(descriptor)
      descriptor = new
    } catch {
      onProblem("\(error); lines still go to the old file")
    }
  }

  /// - Returns: whether the whole line was written.
  private func append(_ line: [UInt8]) -> Bool {
    var status = stat()
    let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    var count = 0
    while count < line.count {
      let written = line[count...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        count += written
      } else if written == 0 || errno != EINTR {
        fail(errno)
        // A partial line would corrupt the next one.
        if count > 0, isFile { _ = ftruncate(descriptor, status.st_size) }
        return false
      }
    }
    hasFailed = false
    return true
  }

  private func fail(_ code: Int32) {
    guard !hasFailed else { return }
    hasFailed = true
    onProblem("\(AuditLogError(path: path, code: code)); once it can be written, it says how many lines are missing")
  }

  private static func open(_ path: String) throws(AuditLogError) -> Int32 {
    // O_NONBLOCK: opening a pipe without a reader fails, and writing to a full one fails, instead of blocking.
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
    let descriptor = path.withPath { Glibc.open($0, flags, 0o600) }
    guard descriptor >= 0 else { throw AuditLogError(path: path, code: errno) }
    return descriptor
  }
}

/// Why a log cannot be written.
public struct AuditLogError: Error, CustomStringConvertible {
  public let path: String
  /// `errno`.
  public let code: Int32

  public var description: String {
    // ENXIO: a pipe without a reader.
    let why = code == ENXIO ? "nobody reads it" : String(cString: strerror(code)).lowercased()
    return "cannot write the log \(path.readablePath): \(why)"
  }
}
