import Glibc
import Media

/// The log file: each step's barcode, and when each beep was played.
///
/// `@unchecked Sendable`: stdio locks the file for each line.
final class StepLog: @unchecked Sendable {
  private let path: String
  private let file: UnsafeMutablePointer<FILE>

  init(path: String) throws(SceneError) {
    self.path = path
    guard let file = fopen(path, "we") else { throw .logFailed(file: path, reason: String(cString: strerror(errno))) }
    self.file = file
  }

  deinit { fclose(file) }

  func write(step: Int, milliseconds: UInt32) throws(SceneError) {
    try write("{\"step\":\(step),\"ms\":\(milliseconds)}\n")
  }

  /// Logs a beep. May be called from any thread: stdio writes a line as a whole.
  func write(_ beep: Beeper.Played) {
    try? write("{\"beep\":\(beep.number),\"ns\":\(beep.time.nanoseconds)}\n")
  }

  private func write(_ line: String) throws(SceneError) {
    let written = fputs(line, file)
    guard written >= 0, fflush(file) == 0 else {
      throw .logFailed(file: path, reason: String(cString: strerror(errno)))
    }
  }
}
