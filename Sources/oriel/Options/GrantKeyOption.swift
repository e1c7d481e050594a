import ArgumentParser
import Foundation
import Oriel

/// A key for grants, as `ID=@FILE`: never on the command line itself, where everyone on the machine sees it.
struct GrantKeyOption: Sendable {
  let name: String
  private let path: String

  @Sendable static func parse(_ text: String) throws -> GrantKeyOption {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, GrantKeys.isName(String(parts[0])), parts[1].hasPrefix("@"), parts[1].count > 1 else {
      throw ValidationError(
        "write the key's name and the file that it stands in, as in team=@/etc/oriel/team; a name has letters, digits, - and _"
      )
    }
    return GrantKeyOption(name: String(parts[0]), path: String(parts[1].dropFirst()))
  }

  /// The key, which is the file's first line.
  /// - Throws: `Failure` where the file cannot be read, or what stands in it is short enough to be guessed.
  func read(option: String) throws(Failure) -> String {
    let key = try SecretOption.firstLine(ofFile: path, option: option)
    guard (Self.fewestBytes...SecretOption.mostBytes).contains(key.utf8.count) else {
      throw Failure(
        status: .usage, code: "usage",
        message: "\(option): the key in \(path.readablePath) has \(key.utf8.count) bytes, where \(Self.fewestBytes) to "
          + "\(SecretOption.mostBytes) are needed; make one by: openssl rand -hex 32")
    }
    return key
  }

  private static let fewestBytes = 32
}

extension [GrantKeyOption] {
  /// The keys that can be read, by their names.
  /// - Parameter miss: is told the names of the others, and why.
  func readable(option: String, miss: (String, String) -> Void) -> [String: String] {
    var keys: [String: String] = [:]
    for key in self {
      do throws(Failure) {
        keys[key.name] = try key.read(option: option)
      } catch {
        miss(key.name, error.message)
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
          status: .usage, code: "usage", message: "\(option): two keys are named \(key.name); name each another")
      }
      keys[key.name] = try key.read(option: option)
    }
    return keys
  }
}
