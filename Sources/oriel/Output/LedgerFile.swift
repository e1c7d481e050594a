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

  private let path: String
  private let reporter: Reporter
  private let file: NewFile
  private let state = Monitor(State())

  /// Makes the file at `path`, readable by its owner alone.
  /// - Parameter reporter: is told when the ledger cannot be written.
  /// - Throws: `Failure` when it exists and is not to be replaced, or cannot be made.
  init(path: String, replacing: Bool, reporter: Reporter) throws {
    self.path = path
    self.reporter = reporter
    file = try createFile(at: path, replacing: replacing)
  }

  deinit {
    flush()
    // Of a recording that never began.
    file.withdraw()
    close(file.descriptor)
  }

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

  /// Writes what has been gathered.
  func flush() {
    let text = state.withLock { state in
      defer {
        state.pending = ""
        state.lastWrite = .now
      }
      return state.hasFailed ? "" : state.pending
    }
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { write(file.descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return fail(errno) }
      done += max(0, count)
    }
    guard done > 0 else { return }
    do throws(NewFile.Failure) { try file.publish() } catch { fail(error.errno) }
  }

  private func fail(_ errno: Int32) {
    let why = String(cString: strerror(errno)).lowercased()
    state.withLock { $0.hasFailed = true }
    reporter.warn("writing the ledger \(path) failed: \(why); the recording goes on without it", code: "ledger")
  }
}
