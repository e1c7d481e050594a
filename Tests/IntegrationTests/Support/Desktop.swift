import Harness
import Media
import Scenes

/// An X server with a known desktop on it.
struct Desktop: Sendable {
  let server: XServer
  let scene: Scene
  let screen: PixelSize

  var display: String { server.display }

  /// - Parameter stopAfter: seconds after which the motion stops.
  init(
    _ scene: SceneName, width: Int = 640, height: Int = 480, fps: Int = 30, stopAfter: Double? = nil
  ) async throws {
    screen = PixelSize(width: width, height: height)
    server = try await XServer(width: width, height: height)
    self.scene = try await Scene(scene, on: server.display, fps: fps, stopAfter: stopAfter)
  }
}
