package import Media
package import Scenes

/// An X server with a scene on it.
package struct Desktop: Sendable {
  package let server: XServer
  package let scene: Scene
  package let screen: PixelSize

  package var display: String { server.display }

  /// - Parameters:
  ///   - stopAfter: seconds until motion stops.
  ///   - arguments: more options of `oriel-scenes`.
  ///   - environment: the scene's additional environment, such as a `PulseServer`'s.
  ///   - serverArguments: more options of Xvfb.
  ///   - wrapper: a command that executes Xvfb, such as `["unshare", "--ipc"]`.
  package init(
    _ scene: SceneName, width: Int = 640, height: Int = 480, depth: Int = 24, fps: Int = 30, stopAfter: Double? = nil,
    arguments: [String] = [], environment: [String: String] = [:], serverArguments: [String] = [],
    wrapper: [String] = []
  ) async throws {
    screen = PixelSize(width: width, height: height)
    server = try await XServer(
      width: width, height: height, depth: depth, arguments: serverArguments, wrapper: wrapper)
    self.scene = try await Scene(
      scene, on: server.display, fps: fps, stopAfter: stopAfter, arguments: arguments, environment: environment)
  }
}
