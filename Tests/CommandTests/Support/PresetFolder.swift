import Foundation
import Harness

/// A temporary folder of a user's presets.
final class PresetFolder: Sendable {
  private let home: TemporaryDirectory
  let url: URL

  init() throws {
    home = try TemporaryDirectory()
    url = home.url.appending(path: "oriel/presets")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  /// Makes `oriel` search this folder. No display answers, so a recording ends after its preset was read.
  var environment: [String: String] { ["XDG_CONFIG_HOME": home.url.path, "DISPLAY": ":65000"] }

  func path(_ name: String) -> String { url.appending(path: "\(name).yaml").path }

  func write(_ name: String, _ bytes: Data) throws { try bytes.write(to: URL(filePath: path(name))) }

  func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  /// Records with the preset.
  func use(_ name: String) async throws -> Oriel {
    try await Oriel.run(["record", "never.webm", "--preset", name], environment: environment, memory: 1024)
  }
}
