import Foundation
import Oriel

/// A secret out of an option, a file or the environment, so that it need not be where everyone on the machine sees it.
enum SecretOption {
  /// - Parameters:
  ///   - value: what the option says: the secret, or `@FILE` for the first line of a file.
  ///   - variable: the environment's variable that is looked at without one.
  /// - Returns: nil when there is none.
  /// - Throws: `Failure`.
  static func text(_ value: String?, option: String, variable: String) throws(Failure) -> String? {
    guard let value = value ?? ProcessInfo.processInfo.environment[variable] else { return nil }
    guard value.hasPrefix("@") else { return try checked(value, option) }
    let path = String(value.dropFirst())
    guard let content = FileManager.default.contents(atPath: path), let text = String(bytes: content, encoding: .utf8)
    else {
      throw Failure(
        status: .noInput, code: "noInput",
        message: "cannot read the file \(path) that \(option) names; check that it is there and yours to read")
    }
    return try checked(String(text.prefix { !$0.isNewline }), option)
  }

  private static func checked(_ text: String, _ option: String) throws(Failure) -> String {
    guard !text.isEmpty, text.utf8.count <= 1024 else {
      throw Failure(
        status: .usage, code: "usage",
        message: "\(option) is empty or longer than 1024 bytes; give a secret, or leave it out")
    }
    return text
  }
}
