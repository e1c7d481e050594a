import Glibc

/// The file that says which barcode each step carried.
final class StepLog {
  private let path: String
  private let file: UnsafeMutablePointer<FILE>

  init(path: String) throws(SceneError) {
    self.path = path
    guard let file = fopen(path, "we") else { throw .logFailed(file: path, reason: String(cString: strerror(errno))) }
    self.file = file
  }

  deinit { fclose(file) }

  func write(step: Int, milliseconds: UInt32) throws(SceneError) {
    let written = fputs("{\"step\":\(step),\"ms\":\(milliseconds)}\n", file)
    guard written >= 0, fflush(file) == 0 else {
      throw .logFailed(file: path, reason: String(cString: strerror(errno)))
    }
  }
}
