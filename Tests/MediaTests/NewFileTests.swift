import Foundation
import Glibc
import TestSupport
import Testing

@testable import Media

/// Files that are made, and files that take another's place.
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

  /// Makes a file with a text in it, and leaves it unpublished.
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

  @Test func `a file is replaced when it is published, by one that is the owner's alone`() throws {
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

  @Test func `a file that is withdrawn leaves the old one as it was`() throws {
    try write("old", to: path)
    let file = try NewFile(path: path, replacing: true)
    file.withdraw()
    Glibc.close(file.descriptor)
    #expect(text(path) == "old")
    #expect(mode(path) == 0o644)
    #expect(names == ["a.webm"])
  }

  @Test func `a link is replaced and its target stays, whether there is one or not`() throws {
    let target = folder.file("target").path
    for there in [true, false] {
      if there { try write("target", to: target) } else { try #require(unlink(target) == 0) }
      unlink(path)
      try #require(symlink(target, path) == 0)
      try make("new", at: path, replacing: true).publish()
      #expect(text(path) == "new")
      #expect(mode(path) == 0o600)
      #expect(text(target) == (there ? "target" : nil))
    }
  }

  @Test func `where nothing is there a file stands at its place at once, and what is there stays`() throws {
    for replacing in [false, true] {
      let file = try NewFile(path: path, replacing: replacing)
      Glibc.close(file.descriptor)
      #expect(names == ["a.webm"])
      #expect(throws: NewFile.Failure(errno: EEXIST)) { try NewFile(path: path, replacing: false) }
      file.withdraw()
      #expect(names == [])
    }
  }

  @Test func `somebody else's file at that place is not taken away`() throws {
    let file = try NewFile(path: path, replacing: false)
    defer { close(file.descriptor) }
    try #require(unlink(path) == 0)
    try write("theirs", to: path)
    file.withdraw()
    #expect(text(path) == "theirs")
  }

  @Test func `what an interrupted program left beside it, or another one has there, is not touched`() throws {
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

  @Test func `a name of 255 bytes is replaced too`() throws {
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

    // Redirected to a file, /dev/fd/3 is not a place where files could be made.
    let target = folder.file("target").path
    try write("old", to: target)
    let link = folder.file("link").path
    let descriptor = open(target, O_WRONLY | O_CLOEXEC)
    defer { close(descriptor) }
    try #require(symlink("/dev/fd/\(descriptor)", link) == 0)
    for name in ["/dev/fd/\(descriptor)", "/proc/self/fd/\(descriptor)", link] {
      try make(name, at: name, replacing: true).publish()
      // Behind what has been written to it, as a shell's redirection.
      #expect(text(target)?.hasSuffix(name) == true)
      #expect(mode(target) == 0o644)
    }
    #expect(throws: NewFile.Failure(errno: EISDIR)) { try NewFile(path: folder.url.path, replacing: true) }
  }
}
