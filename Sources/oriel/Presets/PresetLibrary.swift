import Foundation
import Oriel

/// Where presets are found.
enum PresetLibrary {
  /// Where the user's own presets are; nil without a home.
  static var userFolder: String? {
    let environment = ProcessInfo.processInfo.environment
    if let configuration = environment["XDG_CONFIG_HOME"], configuration.hasPrefix("/") {
      return configuration + "/oriel/presets"
    }
    return environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.config/oriel/presets" }
  }

  /// The folders, the user's first.
  static var folders: [String] {
    var folders = userFolder.map { [$0] } ?? []
    guard let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
      return folders
    }
    // Where `make install` puts them, and in a source tree, whose `.build` the command runs from.
    let parts = executable.split(separator: "/").map(String.init)
    folders.append("/" + (parts.dropLast(2) + ["share", "oriel", "presets"]).joined(separator: "/"))
    if let build = parts.lastIndex(where: { $0.hasPrefix(".build") }) {
      folders.append("/" + (parts[..<build] + ["presets"]).joined(separator: "/"))
    }
    return folders
  }

  /// Every preset there is, by name; the default has no file where none was installed.
  static func all() -> [(name: String, path: String?)] {
    var found: [String: String] = [:]
    for folder in folders {
      for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where file.hasSuffix(".yaml") {
        let name = String(file.dropLast(5))
        if isName(name), found[name] == nil { found[name] = folder + "/" + file }
      }
    }
    return Set(found.keys).union(["default"]).sorted().map { ($0, found[$0]) }
  }

  /// The preset called `name`. A folder that may not be entered matters only where no other has it.
  /// - Throws: `Failure` when there is none, or it is faulty.
  static func load(_ name: String) throws -> Preset {
    var closed = ""
    for folder in folders where isName(name) {
      do {
        if let preset = try Preset.load("\(folder)/\(name).yaml") { return preset }
      } catch let fault as PresetFile.ClosedFolder {
        closed = "; \(printable(folder)) cannot be read: \(fault.reason)"
      }
    }
    // The default is what the encoder does of itself: it needs no file.
    if name == "default" { return Preset() }
    let known = all().map(\.name).joined(separator: ", ")
    throw Failure(
      status: .usage, code: "preset",
      message: "there is no preset \(quoted(name))\(closed); there are \(known)"
        + (userFolder.map { ", and \(printable($0)) is for your own" } ?? ""))
  }

  /// Names are names, not paths.
  private static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
  }
}
