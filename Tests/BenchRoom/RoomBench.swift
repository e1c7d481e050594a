import ArgumentParser
import Foundation
import Harness

/// `oriel-bench-room`: the cost of rooms, Oriel's server compared with python-socketio's.
@main
struct RoomBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "oriel-bench-room",
    abstract: "Compares room servers on loopback: connections, messages, memory.",
    discussion: """
      The same clients connect to each server in turn, by WebSocket: 2,000 in 200 rooms, and 1,000 of them in one room \
      more. CPU is the server's own, so "per core" is per second of its CPU time. Run it in release mode on an idle \
      machine; it takes about a minute.
      """)

  @Option(help: "The oriel to measure (default: of this build).")
  var oriel: String?

  @Option(help: "A framework to run python-socketio on: aiohttp, uvicorn; repeatable (default: both).")
  var framework: [String] = []

  @Option(help: "Clients; a tenth of it is the number of rooms, half of it is in the large one.")
  var clients = 2000

  @Option(help: "Messages to the large room.")
  var messages = 200

  @Option(help: "Write the figures to this file as JSON.")
  var output: String?

  func validate() throws {
    guard 20...10_000 ~= clients, 1...10_000 ~= messages else { throw ValidationError("20 to 10000 of each") }
  }

  func run() async throws {
    var results: [RoomResult] = []
    print(RoomResult.head)
    func add(_ server: ServerUnderTest) async throws {
      let result: RoomResult
      do { result = try await measure(server) } catch {
        throw HarnessError(
          "\(server.name): \(error)\n\(server.program.output.suffix(2000))\(server.program.errorOutput)")
      }
      print(result.row)
      results.append(result)
    }
    try await add(.oriel(oriel ?? Executables.product("oriel")))
    for (number, framework) in (framework.isEmpty ? ["aiohttp", "uvicorn"] : framework).enumerated() {
      try await add(.python(framework, port: 18_080 + number))
    }
    if let output {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(results).write(to: URL(filePath: output))
    }
  }

  private func measure(_ server: ServerUnderTest) async throws -> RoomResult {
    let swarm = Swarm(port: server.port)
    var result = RoomResult(server: server.name, clients: clients)
    let before = server.residentBytes

    // Everyone connects and joins one of the small rooms, ten to each.
    let rooms = clients / 10
    result.connecting = try await Cost.of(clients, server) {
      try await swarm.connect((0..<clients).map { ["room-\($0 % rooms)"] }, atATime: 100)
    }
    try await Task.sleep(for: .seconds(2))
    result.bytesPerConnection = (server.residentBytes - before) / clients

    // Half of them join one large room.
    let large = clients / 2
    swarm.run { clients in for client in clients.prefix(large) { client.join("large") } }
    try await swarm.waitForJoins(clients + large)
    try await Task.sleep(for: .seconds(1))

    // Each message to the large room reaches everyone else there: messages one after the other, then all at once.
    let data =
      #"{"type":"candidate","label":0,"id":"0","candidate":"candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host"}"#
    let messages = messages
    var count = try await swarm.deliveryCount()
    let expected = messages * (large - 1)
    result.broadcasting = try await Cost.of(expected, server) {
      for number in 1...messages {
        swarm.run { $0[number % large].message("large", data) }
        try await swarm.waitForDeliveries(count + expected / messages * number)
      }
    }
    count += expected
    result.bursting = try await Cost.of(expected, server) {
      swarm.run { clients in for number in 0..<messages { clients[number % large].message("large", data) } }
      try await swarm.waitForDeliveries(count + expected)
    }
    count += expected

    // Everyone sends to the small rooms.
    let rounds = 10
    let total = clients
    let deliveries = total * rounds * 9
    result.talking = try await Cost.of(deliveries, server) {
      for round in 1...rounds {
        swarm.run { clients in
          for (number, client) in clients.enumerated() { client.message("room-\(number % rooms)", data) }
        }
        try await swarm.waitForDeliveries(count + deliveries / rounds * round)
      }
    }
    try await Task.sleep(for: .seconds(1))
    let surplus = try await swarm.deliveryCount() - count - deliveries
    guard surplus == 0 else { throw HarnessError("\(server.name) delivered \(surplus) messages too many") }
    result.bytesPerConnectionAfter = (server.residentBytes - before) / clients
    try await swarm.shutdown()
    try await server.program.stop()
    return result
  }
}
