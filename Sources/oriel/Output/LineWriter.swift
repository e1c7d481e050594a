import Foundation
import Oriel

/// Writes lines to a descriptor on a thread of its own, "oriel-output": who has something to say never waits for who should
/// hear it, be it a pipe that nobody reads or a terminal that was stopped.
///
/// A line comes out whole or not at all. What waits is bounded.
final class LineWriter: Sendable {
  /// What happens when more waits than may.
  enum Overflow {
    /// The oldest lines are lost.
    case losesOldest
    /// Nothing more is written.
    case fails
  }

  private struct Line {
    let bytes: [UInt8]
    /// Whether the next one makes it worthless.
    let isReplaceable: Bool
  }

  private struct State {
    var lines: [Line] = []
    var bytes = 0
    var isWriting = false
    /// Whether the line is one that waits for who reads to have taken those before it.
    var awaitsReader = false
    var hasThread = false
    var failure: Int32?
  }

  static let standardOutput = LineWriter(1)
  static let standardError = LineWriter(2)

  /// The time that a line may take at the end, when there is nothing else left to do.
  static let lastPatience = MediaTime.milliseconds(800)
  /// The time that a machine without a moment for the writing thread is given besides.
  private static let busyPatience = MediaTime.seconds(10)
  private static let lookInterval = MediaTime.milliseconds(100)
  /// What every pipe takes as a whole. Source: pipe(7), `PIPE_BUF`.
  private static let atomicCount = 4096

  private let descriptor: Int32
  private let limit: Int
  private let overflow: Overflow
  private let state = Monitor(State())

  /// - Parameters:
  ///   - descriptor: stays open as long as the process runs.
  ///   - limit: bytes that may wait.
  init(_ descriptor: Int32, limit: Int = 256 << 10, overflow: Overflow = .losesOldest) {
    self.descriptor = descriptor
    self.limit = limit
    self.overflow = overflow
  }

  /// Why the last line that was lost could not be written; nil while none was.
  var failure: Int32? { state.withLock { $0.failure } }

  /// Leaves `text` to be written.
  /// - Parameter isReplaceable: whether it need not be written when the next is there already.
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

  /// Waits until everything has been written, or cannot be, or `patience` is over. Where it could be written and a busy machine
  /// has not come to that yet, it is waited for longer.
  /// - Returns: whether nothing is left to write.
  @discardableResult
  func finish(within patience: MediaTime = LineWriter.lastPatience) -> Bool {
    var end = MediaTime.now + patience
    let latest = end + Self.busyPatience
    while true {
      if state.wait(until: end, { $0.lines.isEmpty && !$0.isWriting ? true : nil }) ?? false { return true }
      guard end < latest, isWritable, !state.withLock({ $0.awaitsReader }) else { return false }
      end += Self.lookInterval
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

  /// - Returns: why it was not written.
  private func write(_ bytes: [UInt8]) -> Int32? {
    // More than a pipe takes at once might be left half written when the process ends: it waits for an empty one.
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

  /// Whether who reads would take more at once.
  private var isWritable: Bool {
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&state, 1, 0) == 1 && Int32(state.revents) & POLLOUT != 0
  }

  private var isPipe: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }
}
