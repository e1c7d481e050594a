import Foundation
import Oriel

/// Reads a secret from an option, a file or the environment: the latter two keep it out of the process list.
enum SecretOption {
  /// - Parameters:
  ///   - value: the option's value: the secret, or `@FILE` for the first line of a file.
  ///   - variable: the environment variable that is read without a value.
  /// - Returns: nil when neither is set.
  /// - Throws: `Failure`.
  static func text(_ value: String?, option: String, variable: String) throws(Failure) -> String? {
    let inherited = ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    let option = value == nil ? "$\(variable)" : option
    guard let value = value ?? inherited else { return nil }
    guard value.hasPrefix("@") else { return try checked(value, option) }
    return try checked(firstLine(ofFile: String(value.dropFirst()), option: option), option)
  }

  /// The first line of a file, which may be a pipe, as in `@<(pass show room)`.
  /// - Throws: `Failure`.
  static func firstLine(ofFile path: String, option: String) throws(Failure) -> String {
    let descriptor = path.withPath { open($0, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
    defer { if descriptor >= 0 { close(descriptor) } }
    var line: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: mostBytes + 1)
    defer {
      line.wipe()
      piece.wipe()
    }
    // Reading stops as soon as the line is too long.
    while descriptor >= 0, line.count <= mostBytes, !line.contains(newline) {
      let count = read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw unreadable(path, option) }
      if count == 0 { break }
      line += piece[..<count]
    }
    guard descriptor >= 0, let text = String(validating: line.prefix { $0 != newline }, as: UTF8.self) else {
      throw unreadable(path, option)
    }
    return String(text.prefix { !$0.isNewline })
  }

  private static let newline = UInt8(ascii: "\n")
  static let mostBytes = 1024

  private static func unreadable(_ path: String, _ option: String) -> Failure {
    Failure(
      status: .noInput, code: "noInput",
      message:
        "cannot read the file \(path.readablePath) of \(option); check that it exists and that you may read it")
  }

  /// Warns of a secret that can be guessed: everyone who can connect to the server can try.
  static func warnOfShort(_ secret: String?, option: String, _ reporter: Reporter) {
    guard let secret, secret.utf8.count < 16 else { return }
    reporter.warn(
      "the secret of \(option) is shorter than 16 bytes and can be guessed; make one with: openssl rand -hex 16",
      code: "shortToken")
  }

  private static func checked(_ text: String, _ option: String) throws(Failure) -> String {
    guard !text.isEmpty, text.utf8.count <= mostBytes else {
      throw Failure(
        status: .usage, code: "usage",
        message: "\(option) is empty or longer than 1024 bytes; give a secret, or leave the option out")
    }
    return text
  }
}
