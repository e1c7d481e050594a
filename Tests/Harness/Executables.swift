public import Foundation

/// Where the programs are that tests and benchmarks start.
public enum Executables {
  /// The folder of the running test bundle or benchmark: the build puts its other products there too.
  public static var builtProducts: URL {
    let running = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    // A test bundle may be loaded by a program that lies elsewhere; it then is among the arguments.
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }
    return URL(filePath: bundle ?? running).deletingLastPathComponent().absoluteURL
  }

  /// The path of a product of this package.
  /// - Parameter release: take the one of a release build when there is one, for what has to be fast.
  /// - Throws: `HarnessError` when it has not been built.
  public static func product(_ name: String, release: Bool = false) throws -> String {
    let here = builtProducts
    let folders = (release ? [here.deletingLastPathComponent().appending(path: "release")] : []) + [here]
    let paths = folders.map { $0.appending(path: name).path }
    guard let path = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
      throw HarnessError("\(here.appending(path: name).path): not there; build the product \(name) first")
    }
    return path
  }

  /// The path of an installed program, looked up in `PATH`; nil when there is none.
  public static func installed(_ name: String) -> String? {
    let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return folders.split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
