import Foundation
import Harness
import RoomProtocol
import Rooms
import Testing

/// The end of a client: it closes its sockets and ends its event sequences.
@Suite(.timeLimit(.minutes(2))) struct ClientLifeTests {
  /// The number of open sockets of this process.
  private var sockets: Int {
    let folder = "/proc/self/fd"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)"))?.hasPrefix("socket:") ?? false
    }.count
  }

  private func configuration(
    _ port: Int, _ transport: SocketIOClientConfiguration.Transport
  ) -> SocketIOClientConfiguration {
    var configuration = SocketIOClientConfiguration(url: "http://127.0.0.1:\(port)")
    configuration.transport = transport
    return configuration
  }

  @Test(arguments: SocketIOClientConfiguration.Transport.allCases)
  func `disconnect closes all sockets`(
    transport: SocketIOClientConfiguration.Transport
  ) async throws {
    try await ServedRooms.run { rooms in
      let before = sockets
      for _ in 0..<5 {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<10 {
            group.addTask {
              let client = SocketIOClient(configuration(rooms.port, transport))
              try await client.connect()
              if number % 2 == 0 { try await client.emit("join", "room") }
              await client.disconnect()
              #expect(await client.state == .closed)
            }
          }
          try await group.waitForAll()
        }
      }
      // The client's sockets are closed; the server may take a moment to close its own.
      try await eventually("closed sockets") { sockets <= before }
      try await eventually("an empty room") { try rooms.metric("members") == 0 }
    }
  }

  @Test(arguments: SocketIOClientConfiguration.Transport.allCases)
  func `a client without references closes its connection`(
    transport: SocketIOClientConfiguration.Transport
  ) async throws {
    try await ServedRooms.run { rooms in
      let before = sockets
      do {
        let client = SocketIOClient(configuration(rooms.port, transport))
        try await client.connect()
        #expect(sockets > before)
      }
      try await eventually("closed sockets") { sockets <= before }
    }
  }

  @Test func `disconnect works before and while connecting, while waiting to reconnect, and twice`() async throws {
    let listener = try SilentListener()
    defer { listener.close() }
    let connecting = SocketIOClient(configuration(listener.port, .webSocketFirst))
    let attempt = Task { try await connecting.connect() }
    while await connecting.state == .idle { await Task.yield() }
    await connecting.disconnect()
    await #expect(throws: SocketIOClientError.disconnected) { try await attempt.value }
    await connecting.disconnect()
    await #expect(throws: SocketIOClientError.disconnected) { try await connecting.connect() }

    let idle = SocketIOClient(configuration(listener.port, .pollingOnly))
    await idle.disconnect()
    #expect(await idle.state == .closed)

    let port = Int(try FreePort.find())
    let server = SocketIOServer(
      {
        var configuration = SocketIOServerConfiguration()
        configuration.port = port
        return configuration
      }())
    try await server.start()
    let waiting = SocketIOClient(configuration(port, .webSocketFirst))
    let log = EventLog(await waiting.events())
    try await waiting.connect()
    await server.shutdown(within: .milliseconds(100))
    try await log.next("disconnected") { if case .disconnected(_, willReconnect: true) = $0 { true } else { nil } }
    await waiting.disconnect()
    let error = try await log.next("the end") { event in
      if case .disconnected(let error, willReconnect: false) = event { error } else { nil }
    }
    #expect(error == .disconnected)
    try await log.end()
  }

  @Test(arguments: SocketIOClientConfiguration.Transport.allCases)
  func `disconnect does not wait for a server that never answers`(
    transport: SocketIOClientConfiguration.Transport
  ) async throws {
    let hole = try BlackHole()
    let before = sockets
    let client = SocketIOClient(configuration(hole.port, transport))
    let attempt = Task { try await client.connect() }
    try await eventually("the attempt to connect") { hole.attempts >= 1 }
    let start = MonotonicClock.seconds
    await client.disconnect()
    // The attempt itself would time out after 20 s.
    #expect(MonotonicClock.seconds - start < 10)
    await #expect(throws: SocketIOClientError.disconnected) { try await attempt.value }
    try await eventually("closed sockets") { sockets <= before }
  }

  @Test func `a second call of events ends the first sequence`() async throws {
    try await ServedRooms.run { rooms in
      let client = SocketIOClient(configuration(rooms.port, .webSocketFirst))
      let first = EventLog(await client.events())
      let second = EventLog(await client.events())
      try await first.end()
      let id = try await client.connect()
      let connected = try await second.next("connected") { if case .connected(let id) = $0 { id } else { nil } }
      #expect(connected == id)
      await client.disconnect()
      try await second.end()
      let late = EventLog(await client.events())
      try await late.end()
    }
  }
}
