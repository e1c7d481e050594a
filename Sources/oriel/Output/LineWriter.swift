import Foundation
import Oriel

/// Writes lines to a descriptor on a thread of its own, "oriel-output", so that callers never wait for the reader, such
/// as a pipe that is not read or a stopped terminal.
///
/// A line is written whole or not at all. The queue is bounded.
final class LineWriter: Sendable {
  /// What happens when the queue is full.
  enum Overflow {
    /// The oldest lines are dropped.
    case dropsOldest
    /// Nothing more is written.
    case fails
  }

  private struct Line {
    let bytes: [UInt8]
    /// Whether the next line supersedes it.
    let isReplaceable: Bool
  }

  private struct State {
    var lines: [Line] = []
    var bytes = 0
    var isWriting = false
    /// Whether the current line waits until the reader has emptied the pipe.
    var awaitsReader = false
    var hasThread = false
    var failure: Int32?
  }

  static let standardOutput = LineWriter(1)
  static let standardError = LineWriter(2)

  /// How long the end of the process waits for the last lines.
  static let finishTimeout = MediaTime.milliseconds(800)
  /// How much longer it waits if the descriptor is writable, but the writing thread gets no CPU time.
  private static let busyTimeout = MediaTime.seconds(10)
  private static let pollInterval = MediaTime.milliseconds(100)
  /// Bytes that a pipe takes atomically. Source: pipe(7), `PIPE_BUF`.
  private static let atomicCount = 4096

  private let descriptor: Int32
  private let limit: Int
  private let overflow: Overflow
  private let state = Monitor(State())

  /// - Parameters:
  ///   - descriptor: must stay open until the process ends.
  ///   - limit: bytes of the queue.
  init(_ descriptor: Int32, limit: Int = 256 << 10, overflow: Overflow = .dropsOldest) {
    self.descriptor = descriptor
    self.limit = limit
    self.overflow = overflow
  }

  /// The error (errno) of the last failed write; nil before the first.
  var failure: Int32? { state.withLock { $0.failure } }

  /// Queues `text`.
  /// - Parameter isReplaceable: whether it is dropped if the next line comes before it is written.
  func add(_ text: String, isReplaceable: Bool = false) {
    let line = Line(bytes: Array(text.utf8), isReplaceable: isReplaceable)
    let needsThread = state.update { state in
      if overflow == .fails, state.failure != nil { return false }
      if state.lines.last?.isReplaceable == true { state.bytes -= state.lines.removeLast().bytes.count }
      state.lines.append(line)
      state.bytes += line.bytes.count
      while state.bytes > limit, state.lines.count > 1 {
        if overflow == .fails {
          state.failure = EAGAIN
          state.lines = []
          state.bytes = 0
          return false
        }
        state.bytes -= state.lines.removeFirst().bytes.count
      }
      defer { state.hasThread = true }
      return !state.hasThread
    }
    if needsThread { _ = NamedThread("oriel-output") { [self] in run() } }
  }

  /// Waits until the queue is empty, or until `timeout`; longer while the descriptor is writable, as the thread then
  /// only waits for CPU time.
  /// - Returns: whether the queue is empty.
  @discardableResult
  func finish(within timeout: MediaTime = LineWriter.finishTimeout) -> Bool {
    var end = MediaTime.now + timeout
    let latest = end + Self.busyTimeout
    while true {
      if state.wait(until: end, { $0.lines.isEmpty && !$0.isWriting ? true : nil }) ?? false { return true }
      guard end < latest, isWritable, !state.withLock({ $0.awaitsReader }) else { return false }
      end += Self.pollInterval
    }
  }

  // MARK: - The thread

  private func run() {
    while true {
      let bytes = state.wait { state -> [UInt8]? in
        guard !state.lines.isEmpty else { return nil }
        let line = state.lines.removeFirst()
        state.bytes -= line.bytes.count
        state.isWriting = true
        return line.bytes
      }
      let failure = write(bytes ?? [])
      state.update { state in
        (state.isWriting, state.awaitsReader) = (false, false)
        guard let failure else { return }
        state.failure = failure
        if overflow == .fails { state.lines = [] }
      }
    }
  }

  /// - Returns: errno of a failure.
  private func write(_ bytes: [UInt8]) -> Int32? {
    // A line longer than the atomic size may be half written when the process ends, so it waits for an empty pipe.
    var waits = 0
    var unread: Int32 = 0
    while bytes.count > Self.atomicCount, ioctl(descriptor, UInt(FIONREAD), &unread) == 0, unread > 0, isPipe {
      if waits == 0 { state.update { $0.awaitsReader = true } }
      waits += 1
      if waits > 100 { return EAGAIN }
      usleep(10_000)
    }
    return OutputStream.write(bytes, to: descriptor)
  }

  /// Whether a write would not block.
  private var isWritable: Bool {
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&state, 1, 0) == 1 && Int32(state.revents) & POLLOUT != 0
  }

  private var isPipe: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }
}
