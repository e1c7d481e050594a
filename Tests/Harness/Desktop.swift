package import Media
package import Scenes

/// An X server with a known desktop on it.
package struct Desktop: Sendable {
  package let server: XServer
  package let scene: Scene
  package let screen: PixelSize

  package var display: String { server.display }

  /// - Parameters:
  ///   - stopAfter: seconds after which the motion stops.
  ///   - arguments: more options of `oriel-scenes`.
  ///   - environment: of the scene, as of a `PulseServer`.
  ///   - serverArguments: more options of Xvfb.
  ///   - wrapper: a command that becomes Xvfb, as `["unshare", "--ipc"]`.
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
