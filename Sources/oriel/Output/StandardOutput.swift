import Foundation
import Oriel

/// Writes a command's result to standard output: a table, a document, a picture. It waits until all is written; a
/// failure is that of the command.
enum StandardOutput {
  /// - Throws: `Failure`.
  static func print(_ text: String, terminator: String = "\n") throws(Failure) {
    try write(Array((text + terminator).utf8))
  }

  /// - Throws: `Failure`.
  static func write(_ bytes: [UInt8]) throws(Failure) {
    if let errno = OutputStream.write(bytes, to: 1) { throw .writing("standard output", errno) }
  }
}

extension Failure {
  /// Writing to `place` failed.
  static func writing(_ place: String, _ errno: Int32) -> Failure {
    Failure(
      status: .writeFailed, code: "writeFailed",
      message:
        "writing to \(place) failed: \(String(cString: strerror(errno)).lowercased()); make room, or write elsewhere")
  }
}
