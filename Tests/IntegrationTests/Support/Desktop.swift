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
  ///   - stopAfter: seconds after which the motion stops.
  ///   - environment: of the scene, as of a `PulseServer`.
  init(
    _ scene: SceneName, width: Int = 640, height: Int = 480, fps: Int = 30, stopAfter: Double? = nil,
    arguments: [String] = [], environment: [String: String] = [:]
  ) async throws {
    screen = PixelSize(width: width, height: height)
    server = try await XServer(width: width, height: height)
    self.scene = try await Scene(
      scene, on: server.display, fps: fps, stopAfter: stopAfter, arguments: arguments,
      environment: environment)
  }
}
