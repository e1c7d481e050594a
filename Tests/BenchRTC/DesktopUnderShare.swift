import Foundation
import Harness
import Media
import Scenes

/// An X server with a known desktop, and the publisher that shares it.
struct DesktopUnderShare: Sendable {
  let server: XServer
  let scene: Scene
  let publisher: any Publisher
  var screen: PixelSize { PixelSize(width: server.width, height: server.height) }

  static func start(
    _ scene: SceneName, width: Int = 1920, height: Int = 1080, sharer: Sharer, bitrate: Int = 2_500_000
  ) async throws -> DesktopUnderShare {
    let server = try await XServer(width: width, height: height)
    // No scene draws its barcode in this corner.
    try server.movePointer(x: width - 16, y: 16)
    // The browser starts before the scene, which then covers its window.
    let publisher: any Publisher =
      switch sharer {
      case .oriel: try await Worker(display: server.display, bitrate: bitrate)
      case .share: try await ProductShare(display: server.display, bitrate: bitrate)
      case .chromium: try await BrowserPublisher(display: server.display, width: width, height: height)
      }
    let drawing = try await Scene(
      scene, on: server.display, executable: try Executables.product("oriel-scenes"))
    return DesktopUnderShare(server: server, scene: drawing, publisher: publisher)
  }

  func stop() async throws {
    try await publisher.stop()
    try await scene.stop()
    try await server.stop()
  }
}
