import ArgumentParser
import Foundation
import Oriel

/// A grant key, as `ID=@FILE`. The key itself is never on the command line, which other users of the machine can read.
struct GrantKeyOption: Sendable {
  let name: String
  private let path: String

  @Sendable static func parse(_ text: String) throws -> GrantKeyOption {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, GrantKeys.isName(String(parts[0])), parts[1].hasPrefix("@"), parts[1].count > 1 else {
      throw ValidationError(
        "write the key's name and its file, as in team=@/etc/oriel/team; a name has letters, digits, - and _")
    }
    return GrantKeyOption(name: String(parts[0]), path: String(parts[1].dropFirst()))
  }

  /// Reads the key, which is the file's first line.
  /// - Throws: `Failure` if the file cannot be read, or if the key is so short that it can be guessed.
  func read(option: String) throws(Failure) -> String {
    let key = try SecretOption.firstLine(ofFile: path, option: option)
    guard (Self.fewestBytes...SecretOption.mostBytes).contains(key.utf8.count) else {
      throw Failure(
        status: .usage, code: "usage",
        message: "\(option): the key in \(path.readablePath) has \(key.utf8.count) bytes, but \(Self.fewestBytes) to "
          + "\(SecretOption.mostBytes) are needed; make one with: openssl rand -hex 32")
    }
    return key
  }

  private static let fewestBytes = 32
}

extension [GrantKeyOption] {
  /// The keys that can be read, by their names.
  /// - Parameter onFailure: called with the name of each key that cannot be read, and the reason.
  func readable(option: String, onFailure: (String, String) -> Void) -> [String: String] {
    var keys: [String: String] = [:]
    for key in self {
      do throws(Failure) {
        keys[key.name] = try key.read(option: option)
      } catch {
        onFailure(key.name, error.message)
      }
    }
    return keys
  }

  /// The keys by their names.
  /// - Throws: `Failure`.
  func read(option: String) throws(Failure) -> [String: String] {
    var keys: [String: String] = [:]
    for key in self {
      guard keys[key.name] == nil else {
        throw Failure(
          status: .usage, code: "usage",
          message: "\(option): two keys are named \(key.name); give each a name of its own")
      }
      keys[key.name] = try key.read(option: option)
    }
    return keys
  }
}
