import Harness
import RoomProtocol
import Rooms

/// A room server for one test, with its log. Shut down at the end of `run`.
struct ServedRooms {
  let server: RoomServer
  let port: Int
  let log: CapturedLog

  static func run(
    _ configuration: RoomServerConfiguration = RoomServerConfiguration(),
    _ body: (ServedRooms) async throws -> Void
  ) async throws {
    let log = CapturedLog()
    var configuration = configuration
    configuration.server.logger = log.logger
    let server = RoomServer(configuration)
    let port = try await server.start()
    do {
      try await body(ServedRooms(server: server, port: port, log: log))
    } catch {
      await server.shutdown(within: .milliseconds(100))
      throw error
    }
    await server.shutdown(within: .milliseconds(100))
  }

  func connection() throws -> RawConnection { try RawConnection(port: port) }

  /// A client in a room.
  func member(_ room: String, _ info: String = "") throws -> WebSocketPeer {
    let peer = try WebSocketPeer.connected(port: port)
    peer.send(#"42["join","\#(room)"\#(info.isEmpty ? "" : "," + info)]"#)
    try peer.expect { $0.hasPrefix(#"42["joined""#) }
    return peer
  }

  func metrics() throws -> String { try connection().get("/metrics")?.body ?? "" }

  /// The value of a metric.
  func metric(_ name: String) throws -> Int? {
    let line = try metrics().split(separator: "\n").first { $0.hasPrefix("oriel_\(name) ") }
    return line.flatMap { Int($0.split(separator: " ")[1]) }
  }
}

extension RoomServerConfiguration {
  /// The default configuration with changes.
  static func with(_ change: (inout RoomServerConfiguration) -> Void) -> RoomServerConfiguration {
    var configuration = RoomServerConfiguration()
    change(&configuration)
    return configuration
  }
}

/// Serves rooms, with two members in one of them who can still exchange messages after `body`.
func withBystanders(
  _ configuration: RoomServerConfiguration = RoomServerConfiguration(), _ body: (ServedRooms) async throws -> Void
) async throws {
  try await ServedRooms.run(configuration) { rooms in
    let (alice, bob) = (try rooms.member("quiet"), try rooms.member("quiet"))
    try await body(rooms)
    alice.send(#"42["message","quiet","still there?"]"#)
    try bob.expect { $0 == #"42["message","quiet","still there?"]"# }
  }
}
