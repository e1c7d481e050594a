import Foundation

/// A library that is loaded into a program before all others, so that functions of theirs fail or lie.
package struct PreloadedLibrary: Sendable {
  /// Swift's own, or another; nil where there is none.
  package static let compiler = Executables.installed("clang") ?? Executables.installed("cc")

  private let folder: TemporaryDirectory
  private var library: URL { folder.file("preloaded.so") }

  /// - Parameter source: what is in it, in C.
  package init(_ source: String) async throws {
    folder = try TemporaryDirectory()
    let file = folder.file("preloaded.c")
    try Data(source.utf8).write(to: file)
    try await Program.run(
      Self.compiler ?? "cc", ["-shared", "-fPIC", "-O1", "-o", library.path, file.path])
  }

  /// What a program is to be started with.
  package var environment: [String: String] { ["LD_PRELOAD": library.path] }
}
