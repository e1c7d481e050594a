import Harness
import Media
import Scenes

/// An X server with a known desktop on it.
struct Desktop: Sendable {
  let server: XServer
  let scene: Scene
  let screen: PixelSize

  var display: String { server.display }

  /// - Parameters:
  ///   - arguments: more options of Xvfb.
  ///   - stopAfter: seconds after which the motion stops.
  init(
    _ scene: SceneName, width: Int = 640, height: Int = 480, depth: Int = 24, fps: Int = 30, stopAfter: Double? = nil,
    arguments: [String] = [], wrapper: [String] = []
  ) async throws {
    screen = PixelSize(width: width, height: height)
    server = try await XServer(width: width, height: height, depth: depth, arguments: arguments, wrapper: wrapper)
    self.scene = try await Scene(scene, on: server.display, fps: fps, stopAfter: stopAfter)
  }
}
