import Foundation
import Harness
import Media
import Scenes
import Testing

@Suite(.timeLimit(.minutes(1))) struct SceneTests {
  @Test func `a scene's last logged step has its barcode on the screen`() async throws {
    let server = try await XServer(width: 800, height: 600)
    let scene = try await Scene(.testCard, on: server.display, stopAfter: 0.3)
    // The motion is over when nothing has been drawn for the time of six steps.
    while try scene.steps.last.map({ $0.age <= 0.2 }) ?? true { try await Task.sleep(for: .milliseconds(10)) }
    let last = try #require(try scene.steps.last)
    let folder = try TemporaryDirectory()
    let picture = folder.file("screen.png")
    try await server.screenshot(to: picture)
    let frames = try await FFmpeg.frames(of: picture, as: .luma)
    let frame = try #require(try await frames.first { _ in true })
    let plane = LumaPlane(samples: frame.bytes, width: frame.width, height: frame.height)
    #expect(Barcode.decode(plane, of: .testCard, screen: PixelSize(width: 800, height: 600)) == last.milliseconds)
    try await scene.stop()
  }
}
