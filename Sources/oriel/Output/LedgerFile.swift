import Foundation
import Oriel

/// The frame ledger: one JSON line for each look at the screen and each frame, whose sum is the recording's summary.
///
/// Lines are gathered and written once a second and at the end; a ledger that cannot be written never harms the recording.
final class LedgerFile: Sendable {
  private struct Line: Encodable {
    let timeSeconds: Double
    let result: String
    let reason: String?
    let captureMs, convertMs, encodeMs, writeMs: Double
    let keyFrame: Bool
    let quantizer: Int?
    let codedShare: Double
    let bytes: UInt64
  }

  private struct State {
    var pending = ""
    var lastWrite = MediaTime.now
    var hasFailed = false
  }

  /// Bytes that may wait for a slow disk or pipe: those of many minutes.
  private static let limit = 16 << 20

  private let reporter: Reporter
  private let file: NewFile
  private let writer: LineWriter
  private let state = Monitor(State())

  /// - Parameters:
  ///   - file: is the ledger's from now on, and open as long as the process runs.
  ///   - reporter: is told when the ledger cannot be written.
  init(_ file: NewFile, reporter: Reporter) {
    self.file = file
    self.reporter = reporter
    writer = LineWriter(file.descriptor, limit: Self.limit, overflow: .fails)
  }

  // Of a recording that never began.
  deinit { file.withdraw() }

  func add(_ entry: LedgerEntry) {
    func milliseconds(_ time: MediaTime) -> Double { rounded(time.seconds * 1000, 3) }
    let line = jsonLine(
      Line(
        timeSeconds: rounded(entry.time.seconds, 6), result: entry.result.rawValue, reason: entry.reason,
        captureMs: milliseconds(entry.captureTime), convertMs: milliseconds(entry.convertTime),
        encodeMs: milliseconds(entry.encodeTime), writeMs: milliseconds(entry.writeTime), keyFrame: entry.isKeyFrame,
        quantizer: entry.quantizer, codedShare: rounded(entry.codedShare, 4), bytes: entry.bytes))
    let isDue = state.withLock { state in
      state.pending += line + "\n"
      return .now - state.lastWrite >= .seconds(1)
    }
    if isDue { flush() }
  }

  /// Hands on what has been gathered; whoever records does not wait for a slow disk or pipe.
  private func flush() {
    let (text, hasFailed) = state.withLock { state in
      defer {
        state.pending = ""
        state.lastWrite = .now
      }
      return (state.pending, state.hasFailed)
    }
    if hasFailed { return }
    if let errno = writer.failure { return fail(errno == EAGAIN ? "it is too slow" : reason(errno)) }
    guard !text.isEmpty else { return }
    writer.add(text)
    do throws(NewFile.Failure) { try file.publish() } catch { fail(reason(error.errno)) }
  }

  private func fail(_ why: String) {
    state.withLock { $0.hasFailed = true }
    reporter.warn("writing the ledger \(file.path) failed: \(why); the recording goes on without it", code: "ledger")
  }

  private func reason(_ errno: Int32) -> String { String(cString: strerror(errno)).lowercased() }

  /// Writes what has been gathered, and waits a moment for it.
  func finish() {
    flush()
    let isWhole = writer.finish()
    flush()
    if !isWhole, !state.withLock({ $0.hasFailed }) { fail("it is too slow") }
  }
}
