import Foundation
import Oriel

/// The frame ledger: one JSON line for each capture of the screen and each frame. They add up to the recording's
/// summary.
///
/// Lines are buffered and written once a second and at the end; a write that fails or is slow does not affect the
/// recording.
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

  /// Bytes that are buffered for a slow disk or pipe: enough for many minutes.
  private static let limit = 16 << 20

  private let reporter: Reporter
  private let file: NewFile
  private let writer: LineWriter
  private let state = Monitor(State())

  /// - Parameters:
  ///   - file: owned by the ledger; open until the process ends.
  ///   - reporter: warns when the ledger cannot be written.
  init(_ file: NewFile, reporter: Reporter) {
    self.file = file
    self.reporter = reporter
    writer = LineWriter(file.descriptor, limit: Self.limit, overflow: .fails)
  }

  // Only an unpublished file is removed: that of a recording that never began.
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

  /// Queues the buffered lines for writing; the recording does not wait for a slow disk or pipe.
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

  private func fail(_ reason: String) {
    state.withLock { $0.hasFailed = true }
    reporter.warn("writing the ledger \(file.path) failed: \(reason); the recording goes on without it", code: "ledger")
  }

  private func reason(_ errno: Int32) -> String { String(cString: strerror(errno)).lowercased() }

  /// Writes the buffered lines, and waits for that as long as `LineWriter.finish` does.
  func finish() {
    flush()
    let isWhole = writer.finish()
    flush()
    if !isWhole, !state.withLock({ $0.hasFailed }) { fail("it is too slow") }
  }
}
