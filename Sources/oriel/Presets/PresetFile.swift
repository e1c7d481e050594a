import Foundation
import Oriel

/// Reads a preset's text, and refuses a device, a pipe or a huge file in its place.
enum PresetFile {
  /// The largest file that is read, in bytes.
  static let largest = 65536

  /// The folder is not accessible, so it is unknown whether it has a preset of this name.
  struct ClosedFolder: Error {
    /// The text of errno.
    let reason: String
  }

  /// The text of the file at `path`; nil if the path does not exist. A broken link is an error.
  /// - Throws: `Failure` naming the file, and the line where there is one; `ClosedFolder`.
  static func read(_ path: String) throws -> String? {
    // O_NONBLOCK: opening a pipe does not wait for a writer.
    let descriptor = path.withPath { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
    guard descriptor >= 0 else {
      let reason = errno
      var status = stat()
      let isHidden = path.withPath { lstat($0, &status) } != 0
      if reason == ENOTDIR || reason == ENOENT && isHidden { return nil }
      if isHidden { throw ClosedFolder(reason: String(cString: strerror(reason)).lowercased()) }
      throw fault(path, nil, reason == ENOENT ? "the link points to nothing" : systemMessage(reason))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw fault(path, nil, systemMessage(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw fault(path, nil, status.st_mode & S_IFMT == S_IFDIR ? "it is a directory" : "it is not a regular file")
    }
    let bytes: Data
    do {
      bytes = try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).read(upToCount: largest + 1) ?? Data()
    } catch {
      throw fault(path, nil, "it cannot be read")
    }
    guard bytes.count <= largest else {
      throw fault(path, nil, "it is larger than \(largest / 1024) kB, which no preset needs")
    }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
    throw fault(path, line + 1, "the text is not UTF-8")
  }

  /// An error in the preset at `path`.
  static func fault(_ path: String, _ line: Int?, _ what: String) -> Failure {
    Failure(
      status: .usage, code: "preset",
      message: "preset \(printable(path))" + (line.map { ", line \($0)" } ?? "") + ": \(what)")
  }

  private static func systemMessage(_ reason: Int32) -> String {
    "it cannot be read: \(String(cString: strerror(reason)).lowercased())"
  }
}
