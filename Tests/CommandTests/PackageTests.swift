import Foundation
import Harness
import Testing

/// What the README and CONTRIBUTING.md say about the package, beside the package.
@Suite struct PackageTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

  private struct Manifest: Decodable {
    struct Target: Decodable {
      let name: String
      let type: String
      let path: String?
      let dependencies: [Dependency]
    }

    /// A target of the package itself, or nil for a product of another package.
    struct Dependency: Decodable {
      let target: String?

      private enum Key: String, CodingKey { case byName, target }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for key in [Key.byName, .target] where container.contains(key) {
          var parts = try container.nestedUnkeyedContainer(forKey: key)
          target = try parts.decode(String.self)
          return
        }
        target = nil
      }
    }

    let targets: [Target]
  }

  @Test func `the README's table lists the targets of Package.swift and what each imports`() async throws {
    let scratch = try TemporaryDirectory()
    let text = try await Program.run(
      "swift", ["package", "--package-path", Self.root.path, "--scratch-path", scratch.url.path, "dump-package"])
    let manifest = try JSONDecoder().decode(Manifest.self, from: Data(text.utf8))
    let own = manifest.targets.filter { $0.type != "test" && $0.path == nil && $0.type != "system" }
    let names = Set(manifest.targets.map(\.name))
    let system = manifest.targets.filter { $0.type == "system" }.map(\.name)

    var documented: [String: Set<String>] = [:]
    for row in try Self.rows(of: "README.md", under: "| target | what it does | imports |") {
      for name in Self.code(row[0]) { documented[name] = Set(Self.code(row[2])) }
    }
    #expect(Set(documented.keys) == Set(own.map(\.name) + system))
    for target in own {
      let imported = Set(target.dependencies.compactMap(\.target)).intersection(names)
      #expect(documented[target.name] == imported, "\(target.name)")
    }
  }

  @Test func `a package that wants the library alone fetches neither argument-parser nor Yams`() async throws {
    let folder = try TemporaryDirectory()
    // A checkout is named by its folder, whatever that is.
    let name = Self.root.lastPathComponent
    let manifest = """
      // swift-tools-version: 6.2
      import PackageDescription

      let package = Package(
        name: "studio",
        dependencies: [.package(path: "\(Self.root.path)", traits: [])],
        targets: [.executableTarget(name: "studio", dependencies: [.product(name: "Oriel", package: "\(name)")])])
      """
    try Data(manifest.utf8).write(to: folder.file("Package.swift"))
    let sources = folder.url.appending(path: "Sources/studio")
    try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
    try Data("import Oriel\n".utf8).write(to: sources.appending(path: "main.swift"))
    let resolve = try Program("swift", ["package", "resolve"], directory: folder.url)
    #expect(try await resolve.exit(within: .seconds(120)).status == 0, "\(resolve.errorOutput)")
    let fetched = Set(try FileManager.default.contentsOfDirectory(atPath: folder.file(".build/checkouts").path))
    #expect(fetched.isSuperset(of: ["swift-log", "swift-nio", "swift-nio-ssl"]))
    #expect(fetched.isDisjoint(with: ["swift-argument-parser", "Yams"]))
  }

  @Test func `the programs that the documentation shows are those of Sources/Examples`() throws {
    let folder = Self.root.appending(path: "Sources/Examples")
    let examples = try FileManager.default.contentsOfDirectory(atPath: folder.path).map {
      Self.lines(try String(contentsOf: folder.appending(path: "\($0)/main.swift"), encoding: .utf8))
    }
    for document in ["README.md", "Sources/Oriel/Oriel.docc/FromAnEmptyFolder.md"] {
      let text = try String(contentsOf: Self.root.appending(path: document), encoding: .utf8)
      let programs = text.components(separatedBy: "```swift\n").dropFirst()
        .compactMap { $0.components(separatedBy: "```").first }.filter { !$0.contains("import PackageDescription") }
      #expect(programs.count == 3, "\(document)")
      for program in programs.map(Self.lines) {
        #expect(examples.contains { $0.contains(program) }, "\(document) shows a program that is no example")
      }
    }
  }

  @Test func `the files that CONTRIBUTING.md names exist`() throws {
    let text = try String(contentsOf: Self.root.appending(path: "CONTRIBUTING.md"), encoding: .utf8)
    let files = text.matches(of: /`((?:Sources|Tests|\.ci)\/[A-Za-z0-9_.+\/-]+)`/).map { String($0.1) }
      .filter { !$0.contains("NAME") }
    #expect(files.count > 70)
    for file in files {
      #expect(FileManager.default.fileExists(atPath: Self.root.appending(path: file).path), "\(file)")
    }
  }

  @Test func `the suites and tests that the Makefile and .ci/test name exist`() throws {
    let tests = Self.root.appending(path: "Tests")
    let sources = try #require(FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil))
      .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" && $0.lastPathComponent != "PackageTests.swift" }
      .map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    let makefile = try String(contentsOf: Self.root.appending(path: "Makefile"), encoding: .utf8)
    let script = try String(contentsOf: Self.root.appending(path: ".ci/test"), encoding: .utf8)
    let patterns =
      makefile.matches(of: /(?:[A-Z]+_SKIP = |FILTER=')([^'\n]+)/).map(\.1)
      + script.matches(of: /'[A-Za-z]+Tests ([A-Za-z|]+)'/).map(\.1)
    #expect(patterns.count >= 12)
    for name in patterns.flatMap({ $0.split(separator: "|") }) {
      #expect(sources.contains(name), "no test is named \(name)")
    }
  }

  /// The cells of a table's rows.
  private static func rows(of document: String, under head: String) throws -> [[String]] {
    let lines = try String(contentsOf: root.appending(path: document), encoding: .utf8).components(separatedBy: "\n")
    let first = try #require(lines.firstIndex(of: head), "\(document) has no table \(head)")
    return lines[(first + 2)...].prefix { $0.hasPrefix("|") }.map {
      $0.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map(String.init)
    }
  }

  /// A text's lines without their indentation.
  private static func lines(_ text: String) -> [String] {
    text.trimmingCharacters(in: .newlines).components(separatedBy: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// What stands between backticks.
  private static func code(_ cell: String) -> [String] { cell.matches(of: /`([^`]+)`/).map { String($0.1) } }
}
