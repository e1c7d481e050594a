import Foundation

/// A library that is loaded into a program before all others, to make functions of theirs fail or return false values.
package struct PreloadedLibrary: Sendable {
  /// The C compiler: Swift's clang, or another one; nil if there is none.
  package static let compiler = Executables.installed("clang") ?? Executables.installed("cc")

  private let folder: TemporaryDirectory
  private var library: URL { folder.file("preloaded.so") }

  /// - Parameter source: the library's source, in C.
  package init(_ source: String) async throws {
    folder = try TemporaryDirectory()
    let file = folder.file("preloaded.c")
    try Data(source.utf8).write(to: file)
    try await Program.run(
      Self.compiler ?? "cc", ["-shared", "-fPIC", "-O1", "-o", library.path, file.path])
  }

  /// The environment to start a program with.
  package var environment: [String: String] { ["LD_PRELOAD": library.path] }
}
