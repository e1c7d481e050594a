import Harness
import RoomProtocol
import Rooms
import Testing

/// python-socketio clients with our server: version 5 with Engine.IO 4, version 4 with Engine.IO 3.
@Suite(.timeLimit(.minutes(3))) struct PythonClientTests {
  static let peers = ["socketio-4", "socketio-5"].flatMap { version in
    ["polling", "websocket", "upgrade"].map { (version, $0) }
  }

  @Test(arguments: peers) func `clients emit, acknowledge and receive events over each transport`(
    _ version: String, _ transport: String
  ) async throws {
    let server = SocketIOServer(SocketIOServerConfiguration())
    server.onConnection { $0.emit("welcome", .string($0.id), "grüße ✓") }
    server.onDisconnect { socket, _ in socket.broadcast.emit("left", .string(socket.id)) }
    server.on("echo") { $0.acknowledge($0.arguments) }
    server.on("slowly") { event async in
      try? await Task.sleep(for: .milliseconds(10))
      return [.string("\(event.arguments[0].int ?? 0) after a while")]
    }
    server.on("ask") { event async in
      (try? await event.socket.emit("question", event.arguments[0], acknowledgedWithin: .seconds(5))) ?? []
    }
    server.on("enter") { event in
      event.socket.join(event.arguments[0].string ?? "")
      event.acknowledge()
    }
    server.on("quit") { event in
      event.socket.leave(event.arguments[0].string ?? "")
      event.acknowledge()
    }
    server.on("tell") { event in
      let way = event.arguments[0]
      let room = event.arguments[1].string ?? ""
      switch way.string {
      case "others": event.socket.to(room).emit("said", way, event.arguments[2])
      case "room": server.to(room).emit("said", way, event.arguments[2])
      case "broadcast": event.socket.broadcast.emit("said", way, event.arguments[2])
      default: server.emit("said", way, event.arguments[2])
      }
      event.acknowledge()
    }
    server.on("drop") { $0.socket.disconnect() }
    let port = try await server.start()
    #expect(try await PythonPeer.run("api", ["http://127.0.0.1:\(port)", transport], in: version) == "done\n")
    await server.shutdown()
  }

  @Test(arguments: peers) func `the events of the reference conversation are those of the reference server`(
    _ version: String, _ transport: String
  ) async throws {
    var configuration = RoomServerConfiguration()
    configuration.rooms.capacity = 2
    let server = RoomServer(configuration)
    let port = try await server.start()
    let output = try await PythonPeer.run(
      "conversation", ["http://127.0.0.1:\(port)", transport, "room-1"], in: version)
    await server.shutdown()
    let got = try JSON(parsing: output)
    let lines = { (member: String) in
      (got[member].array ?? []).map { ($0.array ?? []).compactMap(\.string).joined(separator: " ") }
    }
    let joins = ["joined room-1 alice", "otherjoin room-1 bob"]
    let messages = ["message room-1", "message room-1", "message room-1 a string"]
    let departures = ["bye room-1 bob", "otherjoin room-1 bob", "bye room-1 bob", "otherjoin room-1 carol"]
    #expect(lines("alice") == joins + messages + departures + ["leaved room-1 alice"])
    #expect(
      lines("bob") == ["joined room-1 bob", "message room-1", "message room-1", "message room-1"] + [
        "leaved room-1 bob"
      ]
        + ["joined room-1 bob"])
    #expect(lines("carol") == ["full room-1 carol", "joined room-1 carol", "bye room-1 alice"])
  }
}
