import Foundation
import Glibc
import TestSupport
import Testing

@testable import Media

/// New files, and files that replace others.
@Suite struct NewFileTests {
  private let folder: TemporaryDirectory
  private let path: String

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.file("a.webm").path
  }

  private var names: Set<String> { Set((try? FileManager.default.contentsOfDirectory(atPath: folder.url.path)) ?? []) }

  private func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
    try #require(chmod(path, mode) == 0)
  }

  /// Creates a file with `text`, not yet published.
  private func make(_ text: String, at path: String, replacing: Bool) throws -> NewFile {
    let file = try NewFile(path: path, replacing: replacing)
    let bytes = Array(text.utf8)
    #expect(Glibc.write(file.descriptor, bytes, bytes.count) == bytes.count)
    Glibc.close(file.descriptor)
    return file
  }

  private func text(_ path: String) -> String? { try? String(contentsOf: URL(filePath: path), encoding: .utf8) }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test func `publish replaces a file by one that only its owner can access`() throws {
    try write("old", to: path, mode: 0o666)
    let file = try make("new", at: path, replacing: true)
    #expect(text(path) == "old")
    #expect(names == ["a.webm", ".a.webm.part"])
    try file.publish()
    #expect(text(path) == "new")
    #expect(mode(path) == 0o600)
    #expect(names == ["a.webm"])
    file.withdraw()
    #expect(text(path) == "new")
  }

  @Test func `withdraw leaves the old file unchanged`() throws {
    try write("old", to: path)
    let file = try NewFile(path: path, replacing: true)
    file.withdraw()
    Glibc.close(file.descriptor)
    #expect(text(path) == "old")
    #expect(mode(path) == 0o644)
    #expect(names == ["a.webm"])
  }

  @Test func `publish replaces a link, not its target, also if the target does not exist`() throws {
    let target = folder.file("target").path
    for exists in [true, false] {
      if exists { try write("target", to: target) } else { try #require(unlink(target) == 0) }
      unlink(path)
      try #require(symlink(target, path) == 0)
      try make("new", at: path, replacing: true).publish()
      #expect(text(path) == "new")
      #expect(mode(path) == 0o600)
      #expect(text(target) == (exists ? "target" : nil))
    }
  }

  @Test func `a new path gets its file at once; without replacing, an existing file is EEXIST`() throws {
    for replacing in [false, true] {
      let file = try NewFile(path: path, replacing: replacing)
      Glibc.close(file.descriptor)
      #expect(names == ["a.webm"])
      #expect(throws: NewFile.Failure(errno: EEXIST)) { try NewFile(path: path, replacing: false) }
      file.withdraw()
      #expect(names == [])
    }
  }

  @Test func `withdraw does not delete another program's file at the path`() throws {
    let file = try NewFile(path: path, replacing: false)
    defer { close(file.descriptor) }
    try #require(unlink(path) == 0)
    try write("theirs", to: path)
    file.withdraw()
    #expect(text(path) == "theirs")
  }

  @Test func `a .part file that another program left or is using is not overwritten`() throws {
    try write("old", to: path)
    try write("left", to: folder.file(".a.webm.part").path)
    let first = try make("first", at: path, replacing: true)
    let second = try make("second", at: path, replacing: true)
    try first.publish()
    try second.publish()
    #expect(text(path) == "second")
    #expect(text(folder.file(".a.webm.part").path) == "left")
    #expect(names.count == 2)
  }

  @Test func `a file with a name of 255 bytes is replaced`() throws {
    let long = folder.file(String(repeating: "ä", count: 125) + ".webm").path
    try write("old", to: long)
    try make("new", at: long, replacing: true).publish()
    #expect(text(long) == "new")
    #expect(names.count == 1)
  }

  @Test func `pipes, devices and names of descriptors are opened as they are`() throws {
    try #require(mkfifo(path, 0o600) == 0)
    let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    defer { close(reader) }
    try make("through", at: path, replacing: true).publish()
    var bytes = [UInt8](repeating: 0, count: 20)
    #expect(read(reader, &bytes, bytes.count) == 7)
    try make("gone", at: "/dev/null", replacing: true).publish()

    // /dev/fd/3 is opened as it is also when it is redirected to a file.
    let target = folder.file("target").path
    try write("old", to: target)
    let link = folder.file("link").path
    let descriptor = open(target, O_WRONLY | O_CLOEXEC)
    defer { close(descriptor) }
    try #require(symlink("/dev/fd/\(descriptor)", link) == 0)
    for name in ["/dev/fd/\(descriptor)", "/proc/self/fd/\(descriptor)", link] {
      try make(name, at: name, replacing: true).publish()
      // Appended to what was written before, as with a shell's redirection.
      #expect(text(target)?.hasSuffix(name) == true)
      #expect(mode(target) == 0o644)
    }
    #expect(throws: NewFile.Failure(errno: EISDIR)) { try NewFile(path: folder.url.path, replacing: true) }
  }
}
