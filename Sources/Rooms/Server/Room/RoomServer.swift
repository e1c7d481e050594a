public import RoomProtocol

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
    server.state.run { state in
      state.routes = { request, server in site.answer(request, server, rooms: host) }
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

/// The configuration of a `RoomServer` and of its rooms.
public struct RoomServerConfiguration: Sendable {
  public var server = SocketIOServerConfiguration()
  public var rooms = RoomConfiguration()
  /// The TURN server for members who cannot reach the presenter directly. Members get credentials only while there is a presenter.
  public var turn: TURNServer?
  /// The keys for grants; nil for no grants. With keys, nobody can join without a grant or a token.
  public var grantKeys: GrantKeys?
  /// The token required to read `/metrics`; without one, only this machine may.
  public var metricsToken: Secret?

  public init() {}
}
