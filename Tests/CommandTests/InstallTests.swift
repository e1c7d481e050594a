import Foundation
import Harness
import Testing

@Suite(.timeLimit(.minutes(2))) struct InstallTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Installs what has been built, as `make install` does after building.
  private func make(_ goal: String, into folder: URL, _ more: [String] = []) async throws {
    let products = URL(filePath: try Executables.product("oriel")).deletingLastPathComponent()
    try await Program.run(
      "make", ["-C", Self.root.path, "-o", "build", goal, "BIN=\(products.path)", "PREFIX=\(folder.path)"] + more,
      environment: ["MAKEFLAGS": "", "MAKELEVEL": ""], within: .seconds(60))
  }

  private func files(in folder: URL) -> Set<String> {
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return Set(
      paths.filter { path in
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: folder.path + "/" + path, isDirectory: &isFolder)
          && !isFolder.boolValue
      })
  }

  private static let installed: Set = [
    "bin/oriel", "share/man/man1/oriel.1", "share/bash-completion/completions/oriel",
    "share/zsh/site-functions/_oriel", "share/fish/vendor_completions.d/oriel.fish",
    "share/oriel/presets/archive.yaml", "share/oriel/presets/default.yaml", "share/oriel/presets/motion.yaml",
    "share/oriel/presets/small.yaml", "share/oriel/presets/text.yaml",
    "lib/systemd/system/oriel-rooms.service", "lib/systemd/system/oriel-rooms.socket",
  ]

  @Test func `make uninstall removes exactly the files of make install`() async throws {
    let folder = try TemporaryDirectory()
    let prefix = folder.file("a prefix")
    try await make("install", into: prefix)
    #expect(files(in: prefix) == Self.installed)

    let others = ["bin/other", "share/oriel/presets/mine.yaml"]
    for other in others { try Data().write(to: prefix.appending(path: other)) }
    try await make("uninstall", into: prefix)
    #expect(files(in: prefix) == Set(others))

    try FileManager.default.removeItem(at: prefix.appending(path: others[1]))
    try await make("install", into: prefix)
    try await make("uninstall", into: prefix)
    try await make("uninstall", into: prefix)
    #expect(files(in: prefix) == [others[0]])
    #expect(!FileManager.default.fileExists(atPath: prefix.appending(path: "share/oriel").path))
  }

  @Test func `DESTDIR goes before the prefix`() async throws {
    let folder = try TemporaryDirectory()
    try await make("install", into: URL(filePath: "/usr"), ["DESTDIR=\(folder.url.path)"])
    #expect(files(in: folder.url) == Set(Self.installed.map { "usr/" + $0 }))
    try await make("uninstall", into: URL(filePath: "/usr"), ["DESTDIR=\(folder.url.path)"])
    #expect(files(in: folder.url) == [])
  }

  @Test func `the installed command finds its presets, and has a manual page and completions`() async throws {
    let folder = try TemporaryDirectory()
    try await make("install", into: folder.url)
    let presets = try JSON(
      parsing: try await Program.run(
        folder.file("bin/oriel").path, ["presets", "--json"], environment: ["XDG_CONFIG_HOME": "/nonexistent"]))
    #expect(presets.array?.count == 5)
    let place = folder.url.resolvingSymlinksInPath().path + "/share/oriel/presets/"
    for preset in presets.array ?? [] { #expect(preset["file"].string?.hasPrefix(place) == true) }

    let page = folder.file("share/man/man1/oriel.1").path
    let manual = try Program(
      "man", ["--warnings", "-l", page], environment: ["MANWIDTH": "80", "LC_ALL": "C.UTF-8", "MANPAGER": "cat"])
    #expect(try await manual.exit().status == 0)
    #expect(manual.errorOutput == "")
    for words in ["ORIEL RECORD", "--region WxH+X+Y", "EXIT STATUS", "oriel record bug.webm --region"] {
      #expect(manual.output.contains(words))
    }
    for line in manual.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }

    try await Program.run("bash", ["-n", folder.file("share/bash-completion/completions/oriel").path])
    try await Program.run("zsh", ["-n", folder.file("share/zsh/site-functions/_oriel").path])
    try await Program.run("fish", ["-n", folder.file("share/fish/vendor_completions.d/oriel.fish").path])
  }
}
