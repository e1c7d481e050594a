import Harness
import RoomProtocol
import Rooms
import Testing

@Suite(.timeLimit(.minutes(1))) struct ShutdownTests {
  private final class Held: Sendable {}

  @Test func `shutdown closes WebSockets with 1001, answers pending requests and refuses connections`() async throws {
    let server = RoomServer(RoomServerConfiguration())
    let port = try await server.start()
    let talking = try WebSocketPeer.connected(port: port)
    let polling = try RawConnection(port: port)
    let opened = try #require(try polling.get("/socket.io/?EIO=4&transport=polling"))
    let id = try #require(try JSON(parsing: String(opened.body.dropFirst()))["sid"].string)
    polling.send("GET /socket.io/?EIO=4&transport=polling&sid=\(id) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    let idle = try RawConnection(port: port)
    #expect(try idle.get("/healthz")?.status == 200)
    let half = try RawConnection(port: port)
    half.send(
      "POST /socket.io/?EIO=4&transport=polling&sid=\(id) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n40")
    // Makes sure that the server has read all of that before it stops: one response may overtake the reading, three cannot.
    for _ in 0..<3 { #expect(try idle.get("/healthz")?.status == 200) }

    let start = MonotonicClock.seconds
    let stopping = Task { await server.shutdown() }
    #expect(try talking.closeCode() == 1001)
    let answer = try #require(try polling.response())
    #expect(answer.status == 200 && answer.body == "1")
    #expect(answer["Connection"] == "close")
    try idle.waitForEnd()
    half.send("x")
    #expect(try half.response()?["Connection"] == "close")
    await stopping.value
    #expect(MonotonicClock.seconds - start < 15)
    #expect(throws: HarnessError.self) { try RawConnection(port: port) }
  }

  @Test func `shutdown closes connections with incomplete requests after its limit`() async throws {
    let server = RoomServer(RoomServerConfiguration())
    let port = try await server.start()
    let half = try RawConnection(port: port)
    half.send("POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n")
    let silent = try WebSocketPeer.connected(port: port)
    let start = MonotonicClock.seconds
    await server.shutdown(within: .milliseconds(500))
    #expect(MonotonicClock.seconds - start < 15)
    try half.waitForEnd()
    try silent.connection.waitForEnd()
  }

  @Test func `a port in use is reported with its address`() async throws {
    let first = RoomServer(RoomServerConfiguration())
    let port = try await first.start()
    let second = RoomServer(.with { $0.server.port = port })
    let error = await #expect(throws: SocketIOServerError.self) { try await second.start() }
    #expect(error?.description.hasPrefix("cannot listen on 127.0.0.1:\(port): another program does already") == true)
    await second.shutdown()
    await first.shutdown()
  }

  @Test func `shutdown releases the handlers and the objects that they hold, including the server`() async throws {
    weak var held: Held?
    do {
      let object = Held()
      held = object
      let server = SocketIOServer(SocketIOServerConfiguration())
      server.on("say") { event in
        _ = object
        server.to("lobby").emit("said", event.arguments)
      }
      try await server.start()
      await server.shutdown(within: .milliseconds(100))
    }
    #expect(held == nil)
  }
}
