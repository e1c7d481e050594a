package import Foundation

/// A new folder, removed with its contents on `deinit` or interruption.
package final class TemporaryDirectory: Sendable {
  package let url: URL
  private let cleanup: Cleanup.Token

  package init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "oriel-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    self.url = url
    cleanup = Cleanup.add { try? FileManager.default.removeItem(at: url) }
  }

  deinit {
    Cleanup.remove(cleanup)
    try? FileManager.default.removeItem(at: url)
  }

  /// The URL of a file with this name in the folder; the file need not exist.
  package func file(_ name: String) -> URL { url.appending(path: name) }
}
