import Foundation
import Oriel

/// Finds presets by name.
enum PresetLibrary {
  /// The folder of the user's own presets; nil without a home folder.
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
    // The folder of `make install`, then that of the source tree if the command runs from its `.build`.
    let parts = executable.split(separator: "/").map(String.init)
    folders.append("/" + (parts.dropLast(2) + ["share", "oriel", "presets"]).joined(separator: "/"))
    if let build = parts.lastIndex(where: { $0.hasPrefix(".build") }) {
      folders.append("/" + (parts[..<build] + ["presets"]).joined(separator: "/"))
    }
    return folders
  }

  /// All presets by name; `path` is nil for the default if no presets are installed.
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

  /// The preset called `name`. An inaccessible folder is reported only if no other folder has the preset.
  /// - Throws: `Failure` if there is none, or it has an error.
  static func load(_ name: String) throws -> Preset {
    var closed = ""
    for folder in folders where isName(name) {
      do {
        if let preset = try Preset.load("\(folder)/\(name).yaml") { return preset }
      } catch let fault as PresetFile.ClosedFolder {
        closed = "; \(printable(folder)) cannot be read: \(fault.reason)"
      }
    }
    // The default is the encoder's own settings and needs no file.
    if name == "default" { return Preset() }
    let known = all().map(\.name).joined(separator: ", ")
    throw Failure(
      status: .usage, code: "preset",
      message: "there is no preset \(quoted(name))\(closed); there are \(known)"
        + (userFolder.map { "; put your own into \(printable($0))" } ?? ""))
  }

  /// Whether `name` is a name and not a path.
  private static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
  }
}
