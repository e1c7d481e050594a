import Foundation
import Harness
import Testing

@Suite(.timeLimit(.minutes(1))) struct XServerTests {
  @Test func `servers start on different displays and remove their sockets when stopped`() async throws {
    let servers = try await [XServer(width: 320, height: 240), XServer(width: 640, height: 480, depth: 16)]
    #expect(servers[0].number != servers[1].number)
    for (server, signal) in zip(servers, [SIGTERM, SIGKILL]) {
      let socket = inode("/tmp/.X11-unix/X\(server.number)")
      #expect(socket != nil)
      try await server.stop(signal)
      #expect(!server.isRunning)
      // Another server may already use the number, with a socket of its own.
      #expect(inode("/tmp/.X11-unix/X\(server.number)") != socket)
    }
  }

  @Test func `a screenshot has the screen's size`() async throws {
    let server = try await XServer(width: 322, height: 241)
    let folder = try TemporaryDirectory()
    let picture = folder.file("screen.png")
    try await server.screenshot(to: picture)
    let stream = try await FFmpeg.probe(picture)["streams"][0]
    #expect(stream["width"] == 322)
    #expect(stream["height"] == 241)
  }

  @Test func `the pointer is drawn at the place it was moved to`() async throws {
    let server = try await XServer(width: 320, height: 240)
    let folder = try TemporaryDirectory()
    func picture(_ name: String, pointer: Bool) async throws -> [UInt8] {
      let file = folder.file(name)
      try await server.screenshot(to: file, pointer: pointer)
      let frames = try await FFmpeg.frames(of: file, as: .rgb)
      return try #require(try await frames.first { _ in true }).bytes
    }
    try server.movePointer(x: 40, y: 200)
    let without = try await picture("without.png", pointer: false)
    let with = try await picture("with.png", pointer: true)
    let changed = without.indices.filter { without[$0] != with[$0] }.map { (x: $0 / 3 % 320, y: $0 / 3 / 320) }
    #expect(!changed.isEmpty)
    #expect(changed.allSatisfy { abs($0.x - 40) <= 16 && abs($0.y - 200) <= 16 })
  }

  private func inode(_ path: String) -> Int? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.systemFileNumber] as? Int
  }
}
