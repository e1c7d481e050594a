/// The room service and its page, on a `SocketIOServer`.
///
/// ```swift
/// let server = RoomServer(RoomServerConfiguration())
/// let port = try await server.start()   // http://127.0.0.1:PORT/room/NAME
/// ```
public final class RoomServer: Sendable {
  private let server: SocketIOServer

  public init(_ configuration: RoomServerConfiguration = RoomServerConfiguration()) {
    var configuration = configuration
    if configuration.server.limits.messageBytesOutsideRooms == nil {
      configuration.server.limits.messageBytesOutsideRooms = 16_384
    }
    server = SocketIOServer(configuration.server)
    let host = RoomHost(configuration, server)
    let site = RoomSite(configuration)
    server.core.run { core in
      core.routes = { request, core in site.answer(request, core, rooms: host) }
      host.checkGrants()
    }
  }

  /// Starts listening.
  /// - Returns: the port, which the system chooses if the configured one is 0.
  /// - Throws: `SocketIOServerError`.
  @discardableResult
  public func start() async throws -> Int { try await server.start() }

  /// Stops: disconnects clients, completes pending requests, and closes all connections, after `limit` at the latest.
  public func shutdown(within limit: Duration = .seconds(3)) async { await server.shutdown(within: limit) }
}
