package import Foundation

/// Finds the programs that tests and benchmarks start.
package enum Executables {
  /// The folder of the running test bundle or benchmark: the build puts its other products there too.
  package static var builtProducts: URL {
    let running = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    // A test bundle may be loaded by a program in another folder; the bundle is then among the arguments.
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }
    return URL(filePath: bundle ?? running).deletingLastPathComponent().absoluteURL
  }

  /// The folders to search for products: `$ORIEL_BIN_DIR` alone if it is set; otherwise the release build, which is as fast as
  /// the users', then the build of the running tests.
  package static var productFolders: [URL] {
    let chosen = ProcessInfo.processInfo.environment["ORIEL_BIN_DIR"].map { URL(filePath: $0).absoluteURL }
    if let chosen { return [chosen] }
    return [builtProducts.deletingLastPathComponent().appending(path: "release"), builtProducts]
  }

  /// The path of a product of this package.
  /// - Throws: `HarnessError` if it has not been built.
  package static func product(_ name: String) throws -> String {
    let paths = productFolders.map { $0.appending(path: name).path }
    guard let path = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
      throw HarnessError("\(paths[0]): not there; build the product \(name) first")
    }
    return path
  }

  /// The path of an installed program, looked up in `PATH`; nil if there is none.
  package static func installed(_ name: String) -> String? {
    let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return folders.split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
